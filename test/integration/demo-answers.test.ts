import { expect, test } from "vitest";

import { createDemoResponder } from "../../src/demo/demo-responder.ts";
import { ask } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";

const shared = shareTurnpike();

const TREE = {
  type: "object",
  properties: { name: { type: "string" }, children: { type: "array", items: { $ref: "#" } } },
  required: ["name"],
  additionalProperties: false,
};
const CITY = {
  type: "object",
  properties: {
    city: { type: "string" },
    mood: { enum: ["sunny", "grey"] },
    degrees: { type: ["number", "null"] },
    since: { type: "string", format: "date" },
    notes: { type: "array", items: { anyOf: [{ type: "boolean" }, { type: "string" }] } },
  },
  required: ["city", "mood", "degrees", "since", "notes"],
  additionalProperties: false,
};

test("the scripted model of the demo answers in the form that is asked for", async () => {
  shared().upstream.respondWith(createDemoResponder());
  const inForm = async (format: object) => {
    const { text } = await ask(shared(), "Hello", {
      // Proof: the tests' own formats.
      response_format: format as { type: "json_object" },
    });
    return JSON.parse(text) as unknown;
  };
  const words: unknown = expect.stringContaining("scripted model");
  expect(await inForm({ type: "json_object" })).toEqual({ answer: words });
  expect(await inForm(schemaFormat("city", CITY))).toEqual({
    city: words,
    mood: "sunny",
    degrees: 1,
    since: "2026-01-31",
    notes: [true],
  });
  // The API takes no recursion: the model is told of this one in words.
  expect(await inForm(schemaFormat("tree", TREE))).toMatchObject({
    name: words,
    children: [{ name: words }],
  });
});

function schemaFormat(name: string, schema: object): object {
  return { type: "json_schema", json_schema: { name, schema } };
}
