import { afterEach, beforeEach, describe, expect, test } from "vitest";

import {
  chatBody,
  JSON_HEADERS,
  say,
  sendRaw,
  startScriptedServer,
  type ScriptedServer,
} from "./scripted-server.ts";

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer(say('{"a":1}'));
});
afterEach(() => server.close());

/** Valid by the meta-schema, but ajv knows OpenAPI's `nullable` only beside a type. */
const UNUSABLE = { type: "object", properties: { a: { nullable: true } } };

const post = (path: string, body: string) =>
  sendRaw(server, { method: "POST", path, headers: JSON_HEADERS, body });
const chat = (extra: object) => post("/v1/chat/completions", chatBody({ ...extra }));
const responses = (extra: object) =>
  post("/v1/responses", JSON.stringify({ model: "sonnet", input: "hi", ...extra }));
const messages = (extra: object) =>
  post(
    "/v1/messages",
    JSON.stringify({ model: "sonnet", max_tokens: 9, messages: [{ role: "user", content: "hi" }], ...extra }),
  );

describe("a schema that nothing can be checked against", () => {
  test("is refused as the form of an answer", async () => {
    const named = { name: "out", schema: UNUSABLE };
    const answers = [
      await chat({ response_format: { type: "json_schema", json_schema: named } }),
      await responses({ text: { format: { type: "json_schema", ...named } } }),
    ];
    for (const [index, { status, json }] of answers.entries()) {
      expect(status).toBe(400);
      expect(json).toMatchObject({
        error: {
          type: "invalid_request_error",
          code: "invalid_json_schema",
          param: ["response_format.json_schema.schema", "text.format.schema"][index],
          message: expect.stringMatching(/^Invalid schema for response_format 'out': .*nullable/),
        },
      });
    }
    const refused = await messages({ output_config: { format: { type: "json_schema", schema: UNUSABLE } } });
    expect(refused).toMatchObject({ status: 400, json: { error: { type: "invalid_request_error" } } });
    expect(server.requests).toEqual([]);
  });

  test("is refused as that of a strict tool, and taken where nobody asked for that", async () => {
    const tool = { name: "f", parameters: UNUSABLE };
    const refused = [
      await chat({ tools: [{ type: "function", function: { ...tool, strict: true } }] }),
      await responses({ tools: [{ type: "function", ...tool, strict: true }] }),
      await messages({ tools: [{ name: "f", input_schema: UNUSABLE, strict: true }] }),
    ];
    for (const { status, text } of refused) {
      expect(status).toBe(400);
      expect(text).toContain("Invalid schema for function 'f'");
    }
    expect(refused[0]?.json).toMatchObject({
      error: { code: "invalid_function_parameters", param: "tools[0].function.parameters" },
    });
    const behind = { type: "function", function: { ...tool, strict: true } };
    const { json } = await chat({ tools: [{ type: "image_generation" }, behind] });
    expect(json).toMatchObject({ error: { param: "tools[1].function.parameters" } });
    const functions = [{ name: "g" }, { ...tool, strict: true }];
    expect((await chat({ functions })).json).toMatchObject({
      error: { param: "functions[1].parameters" },
    });
    const taken = [
      await chat({ tools: [{ type: "function", function: tool }] }),
      await responses({ tools: [{ type: "function", ...tool }] }),
      await messages({ tools: [{ name: "f", input_schema: UNUSABLE }] }),
    ];
    expect(taken.map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});
