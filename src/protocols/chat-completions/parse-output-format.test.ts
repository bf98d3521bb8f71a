import { describe, expect, test } from "vitest";

import { parseChat, refuseChat } from "../../../test/protocols/chat-requests.ts";

const SCHEMA = { type: "object", properties: { a: { type: "string" } }, required: ["a"] };

function format(jsonSchema: unknown) {
  return { response_format: { type: "json_schema", json_schema: jsonSchema } };
}

describe("response_format", () => {
  test.each([{}, { response_format: null }, { response_format: { type: "text" } }])(
    "%j asks for text",
    (extra) => {
      expect(parseChat(extra)).not.toHaveProperty("outputFormat");
    },
  );

  test("json_object needs no word about it in the messages", () => {
    expect(parseChat({ response_format: { type: "json_object" } }).outputFormat).toEqual({
      type: "json-object",
    });
  });

  test.each([true, false, null, undefined])("json_schema, strict %s", (strict) => {
    const { outputFormat } = parseChat(format({ name: "out", description: "D.", schema: SCHEMA, strict }));
    expect(outputFormat).toEqual({ type: "json-schema", name: "out", description: "D.", schema: SCHEMA });
  });

  test("a reference at the top is followed, as schema generators write it", () => {
    const node = { type: "object", properties: { next: { $ref: "#/$defs/Node" } } };
    const $defs = { Node: node };
    expect(parseChat(format({ name: "out", schema: { $ref: "#/$defs/Node", $defs } })).outputFormat).toEqual({
      type: "json-schema",
      name: "out",
      schema: { ...node, $defs },
    });
  });

  test.each([
    [{ response_format: "json" }, "invalid_type", "response_format"],
    [{ response_format: {} }, "missing_required_parameter", "response_format.type"],
    [{ response_format: { type: "xml" } }, "invalid_value", "response_format.type"],
    [format(undefined), "missing_required_parameter", "response_format.json_schema"],
    [format({ schema: SCHEMA }), "missing_required_parameter", "response_format.json_schema.name"],
    [format({ name: "a b", schema: SCHEMA }), "invalid_value", "response_format.json_schema.name"],
    [format({ name: "out" }), "missing_required_parameter", "response_format.json_schema.schema"],
    [format({ name: "out", schema: [] }), "invalid_type", "response_format.json_schema.schema"],
    [
      format({ name: "out", schema: { type: "array" } }),
      "invalid_json_schema",
      "response_format.json_schema.schema",
    ],
    [
      format({ name: "out", schema: { type: "object", properties: { a: { type: "strin" } } } }),
      "invalid_json_schema",
      "response_format.json_schema.schema",
    ],
  ])("case %# is refused as %s at %s", (extra, code, param) => {
    expect(refuseChat(extra)).toMatchObject({ code, param });
  });

  test("a bad schema is refused in OpenAI's words", () => {
    expect(refuseChat(format({ name: "out", schema: { type: "array" } })).message).toBe(
      `Invalid schema for response_format 'out': schema must be a JSON Schema of 'type: "object"', got 'type: "array"'.`,
    );
  });
});
