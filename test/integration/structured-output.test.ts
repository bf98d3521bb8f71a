import type { ChatCompletionCreateParams } from "openai/resources";
import { describe, expect, test } from "vitest";

import { httpError } from "../../src/demo/build-fault.ts";
import { reply, text, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import type { RecordedRequest } from "../../src/demo/recorded-request.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { ask, assistant, user } from "./ask.ts";
import { expectError, expectErrorBody } from "./expect-error.ts";
import { errorsOf, readEvents, textOf } from "./read-events.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";

const shared = shareTurnpike();
startEachTestAfresh(shared);

type Format = NonNullable<ChatCompletionCreateParams["response_format"]>;

const OBJECT: Format = { type: "json_object" };
const CITY: Format = {
  type: "json_schema",
  json_schema: {
    name: "city",
    description: "Where it is.",
    strict: true,
    schema: {
      type: "object",
      properties: { city: { type: "string" }, people: { type: "integer", minimum: 1 } },
      required: ["city", "people"],
      additionalProperties: false,
    },
  },
};
/** A schema that the Messages API's structured outputs cannot take. */
const PRICES: Format = {
  type: "json_schema",
  json_schema: { name: "prices", schema: { type: "object", additionalProperties: { type: "number" } } },
};
const ULM = '{"city":"Ulm","people":128000}';
const INVALID = { type: "server_error", code: "invalid_output" } as const;

function request(content: string, format: Format, stream: boolean, headers: Record<string, string> = {}) {
  const body = { model: "sonnet", messages: [user(content)], response_format: format, stream };
  return shared().post(body, headers);
}

/** What the model is told: in a field of the request, or in words. */
function toldFormat({ body }: RecordedRequest): unknown {
  const config = body["output_config"];
  return typeof config === "object" && config !== null && "format" in config ? config.format : undefined;
}

describe("how the model is told", () => {
  test("a schema that the API knows goes into the request, closed and with its rules in words", async () => {
    const { upstream } = shared();
    upstream.respondWith(text(ULM));
    await ask(shared(), "where?", { response_format: CITY });
    expect(toldFormat(await upstream.waitForRequest(1))).toEqual({
      type: "json_schema",
      schema: {
        type: "object",
        properties: { city: { type: "string" }, people: { type: "integer", description: "{minimum: 1}" } },
        required: ["city", "people"],
        additionalProperties: false,
      },
    });
  });

  test.each([
    { format: PRICES, answer: '{"apple":1}', words: ["exactly one JSON value", "additionalProperties"] },
    { format: OBJECT, answer: "{}", words: ["exactly one JSON object"] },
  ])("$format.type without such a field is asked for in words", async ({ format, answer, words }) => {
    const { upstream } = shared();
    upstream.respondWith(text(answer));
    await ask(shared(), "what?", { response_format: format });
    const asked = await upstream.waitForRequest(1);
    expect(toldFormat(asked)).toBeUndefined();
    for (const word of words) expect(JSON.stringify(asked.body)).toContain(word);
  });

  test("the format is that of its request only", async () => {
    const { upstream } = shared();
    upstream.respondWith([text(ULM), text("Done."), text("{}")]);
    const messages = [user("one format, then none")];
    await ask(shared(), messages, { response_format: CITY });
    const more = [...messages, assistant(ULM), user("thanks")];
    expect(await ask(shared(), more)).toMatchObject({ text: "Done.", placement: "hot" });
    expect(toldFormat(await upstream.waitForRequest(2))).toBeUndefined();
    const last = [...more, assistant("Done."), user("an object")];
    expect(await ask(shared(), last, { response_format: OBJECT })).toMatchObject({
      text: "{}",
      placement: "hot",
    });
  });
});

const REFUSAL =
  "output_config.format.schema: Invalid schema: The compiled grammar is too large, which would cause performance issues.";
/** Nobody has seen it before. */
const formatOf = (name: string): Format => ({
  type: "json_schema",
  json_schema: {
    name,
    schema: { type: "object", properties: { [name]: { type: "string" } }, required: [name] },
  },
});
const refuse = (answer: string) => (asked: RecordedRequest) =>
  toldFormat(asked) === undefined ? text(answer) : httpError(400, { message: REFUSAL });
const isInWords = ({ body }: RecordedRequest) => JSON.stringify(body).includes("exactly one JSON value");

describe("a schema that the API refuses when it sees it", () => {
  test.each([false, true])(
    "is asked for in words, and the next time at once; streamed %s",
    async (stream) => {
      const { upstream } = shared();
      const name = `large_${stream}`;
      upstream.respondWith(refuse(`{"${name}":"yes"}`));
      const response = await request("large?", formatOf(name), stream);
      expect(response.status).toBe(200);
      const answer = stream ? textOf(await readEvents(response)) : await response.text();
      expect(answer).toContain("yes");
      const asked = upstream.requests.filter((each) => toldFormat(each) === undefined);
      expect(asked.map(isInWords)).toEqual([true]);
      const [{ content } = { content: [] }] = conversationOf(upstream.requests.at(-1) as RecordedRequest);
      expect(content).toMatchObject([{ text: expect.stringContaining(name) }, { text: "large?" }]);

      upstream.clear();
      upstream.respondWith(refuse(`{"${name}":"again"}`));
      await (await request("once more?", formatOf(name), stream)).text();
      expect(upstream.requests.map(isInWords)).toEqual([true]);
    },
  );

  test("is asked for in words in the midst of a conversation, which goes on hot and holds nothing twice", async () => {
    const { upstream } = shared();
    upstream.respondWith([text("Hello.")]);
    const messages = [user("hi")];
    await ask(shared(), messages);
    upstream.respondWith(refuse('{"mid":"yes"}'));
    const more = [...messages, assistant("Hello."), user("mid?")];
    const second = await ask(shared(), more, { response_format: formatOf("mid") });
    expect(second).toMatchObject({ text: '{"mid":"yes"}', placement: "hot" });
    const last = [...more, assistant(second.text), user("bye")];
    upstream.respondWith(() => text("Bye."));
    expect(await ask(shared(), last)).toMatchObject({ text: "Bye.", placement: "hot" });
    const seen = conversationOf(upstream.requests.at(-1) as RecordedRequest);
    expect(seen).toEqual(last);
  });

  test("and another mistake stays the mistake that it is", async () => {
    const { upstream } = shared();
    upstream.respondWith(() => httpError(400, { message: "messages.0: something else is wrong" }));
    const response = await request("wrong?", formatOf("wrong"), false);
    expect(response.status).toBe(400);
    expect(upstream.requests.every((each) => toldFormat(each) !== undefined)).toBe(true);
  });
});

describe.each([true, false])("streaming: %s", (stream) => {
  test.each([
    { name: "as it is", format: CITY, chunks: [ULM], seen: ULM },
    { name: "in small pieces", format: CITY, chunks: ULM.split(""), seen: ULM },
    { name: "in a code fence", format: CITY, chunks: ["``", "`json\n", ULM, "\n```"], seen: ULM },
    {
      name: "with words around it",
      format: OBJECT,
      chunks: ['Sure {x}: {"a', '":{}}', " Bye {"],
      seen: '{"a":{}}',
    },
    { name: "of a schema in words", format: PRICES, chunks: ['{"apple":1.5}\n'], seen: '{"apple":1.5}' },
  ])("JSON $name reaches the client alone", async ({ name, format, chunks, seen }) => {
    shared().upstream.respondWith(reply({ blocks: [textBlock("", { chunks })] }));
    // One after the other in one process.
    const named = { "x-conversation-id": `json-streamed-${stream}` };
    const response = await request(`${name} ${stream}`, format, stream, named);
    expect(response.status).toBe(200);
    if (!stream) {
      expect(await response.json()).toMatchObject({
        choices: [{ message: { content: seen }, finish_reason: "stop" }],
      });
      return;
    }
    const events = await readEvents(response);
    expect(errorsOf(events)).toEqual([]);
    expect(textOf(events)).toBe(seen);
  });

  test.each([
    { name: "words", format: OBJECT, answer: "I cannot do that.", message: /no such JSON/ },
    { name: "half of it", format: CITY, answer: '{"city":"Ulm"', message: /not valid JSON/ },
    {
      name: "a rule in words",
      format: CITY,
      answer: '{"city":"Ulm","people":0}',
      message: /\/people must be >= 1/,
    },
    { name: "a missing part", format: CITY, answer: '{"city":"Ulm"}', message: /required property 'people'/ },
    { name: "another type", format: PRICES, answer: '{"apple":"1"}', message: /\/apple must be number/ },
    { name: "a list", format: OBJECT, answer: "[{}]", message: /no JSON object/ },
  ])("$name is an error, not a success", async ({ name, format, answer, message }) => {
    const { upstream } = shared();
    upstream.respondWith(text(answer));
    const response = await request(`${name} ${stream}`, format, stream);
    if (!stream || response.status !== 200) {
      await expectError(response, { status: 502, ...INVALID, message });
    } else {
      const events = await readEvents(response);
      expectErrorBody(errorsOf(events)[0], { ...INVALID, message });
      expect(JSON.stringify(events)).not.toContain('"finish_reason":"stop"');
    }
    expect(upstream.requests).toHaveLength(1);
  });

  test("an answer that a limit cut is no error", async () => {
    shared().upstream.respondWith(reply({ blocks: [textBlock('{"city":"U')], stopReason: "max_tokens" }));
    const response = await request(`limit ${stream}`, CITY, stream);
    const source = stream ? JSON.stringify(await readEvents(response)) : await response.text();
    expect(source).toContain('"finish_reason":"length"');
    expect(source).toContain('{\\"city\\":\\"U');
  });
});

test("after an answer that did not fit the conversation goes on from before it", async () => {
  const turnpike = shared();
  turnpike.upstream.respondWith([text("one"), text("no JSON"), text(ULM)]);
  const messages = [user("first"), assistant("one"), user("now JSON")];
  await ask(turnpike, "first");
  await expect(ask(turnpike, messages, { response_format: CITY })).rejects.toMatchObject({ status: 502 });
  expect(await ask(turnpike, messages, { response_format: CITY })).toMatchObject({
    text: ULM,
    placement: "resumed",
  });
  expect(conversationOf(await turnpike.upstream.waitForRequest(3))).toEqual(messages);
});

test("with a stop sequence only what is left must fit", async () => {
  const turnpike = shared();
  turnpike.upstream.respondWith([text(`${ULM}\n\nEND`), text('{"city":"Ulm",\n"people":1}')]);
  expect(await ask(turnpike, "fits", { response_format: CITY, stop: "\n" })).toMatchObject({ text: ULM });
  await expect(ask(turnpike, "fits not", { response_format: CITY, stop: "\n" })).rejects.toMatchObject({
    status: 502,
    code: "invalid_output",
  });
});

test("together with tools: calls come first, the final answer is the one that must fit", async () => {
  const turnpike = shared();
  const call = toolUse("lookup", { name: "Ulm" });
  turnpike.upstream.respondWith([
    reply({ blocks: [textBlock("Let me look that up."), call] }),
    text(`Here it is:\n${ULM}`),
  ]);
  const body = {
    model: "sonnet",
    response_format: CITY,
    tools: [
      {
        type: "function" as const,
        function: {
          name: "lookup",
          parameters: { type: "object", properties: { name: { type: "string" } } },
        },
      },
    ],
  };
  const first = await turnpike.openai.chat.completions.create({ ...body, messages: [user("Ulm?")] });
  const [choice] = first.choices;
  if (!choice?.message.tool_calls?.[0]) throw new Error("Claude called no tool.");
  expect(choice.finish_reason).toBe("tool_calls");
  const second = await turnpike.openai.chat.completions.create({
    ...body,
    messages: [
      user("Ulm?"),
      choice.message,
      { role: "tool", tool_call_id: choice.message.tool_calls[0].id, content: "128000" },
    ],
  });
  expect(second.choices[0]).toMatchObject({ message: { content: ULM }, finish_reason: "stop" });
});

test("Claude Code's own tools may be used on the way", async () => {
  const turnpike = shared();
  turnpike.upstream.respondWith([
    reply({
      blocks: [textBlock("Let me see."), toolUse("Bash", { command: "echo hi", description: "Say" })],
    }),
    text(`\`\`\`json\n${ULM}\n\`\`\``),
  ]);
  const answer = await ask(turnpike, "look", { model: "claude-code", response_format: CITY });
  expect(answer.text).toBe(ULM);
});
