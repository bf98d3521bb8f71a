import { reply, text, toolUse } from "../../../src/demo/build-reply.ts";
import type { Reply } from "../../../src/demo/reply.ts";
import { user } from "../ask.ts";

/** What a client may send that once held up everybody else. */
export interface HeavyInput {
  readonly path: string;
  readonly body: string;
  readonly status: number;
  /** What the model says to it. */
  readonly reply?: Reply;
  /**
   * Its Claude Code process has so much to read that two cores are not enough for it and for others: what the server itself costs them
   * shows beside ordinary turns of another client.
   */
  readonly isMeasuredByTurns?: true;
}

const CHAT = "/v1/chat/completions";
const RESPONSES = "/v1/responses";
const MESSAGES = "/v1/messages";

const times = <Each>(count: number, make: (at: number) => Each) =>
  Array.from({ length: count }, (_, at) => make(at));
const chat = (extra: object) => JSON.stringify({ model: "sonnet", messages: [user("heavy")], ...extra });
const responses = (extra: object) => JSON.stringify({ model: "sonnet", input: "heavy", ...extra });
const messages = (extra: object) =>
  JSON.stringify({ model: "sonnet", max_tokens: 100, messages: [user("heavy")], ...extra });
/** `value`: the JSON text of a field that means nothing. */
const withField = (value: string) => `${chat({}).slice(0, -1)},"x":${value}}`;
const format = (schema: object) =>
  chat({ response_format: { type: "json_schema", json_schema: { name: "out", schema } } });
const objectOf = (a: object) => ({ type: "object", properties: { a } });

const LONG = 20 * 1024 * 1024;
const words = times(LONG / 8, (at) => `word${1000 + (at % 977)}`).join(" ");
const dialogue = (count: number) =>
  times(count, (at) => ({ role: at % 2 ? "assistant" : "user", content: `message ${at}` }));
/** An engine that goes back and tries again would not come to an end with these. */
const ALMOST = `${"a".repeat(2_000)}!`;
const tools = times(128, (at) => ({
  name: `tool_${at}`,
  schema: objectOf({ type: "string", description: `${at} `.padEnd(100 * 1024, "what it is ") }),
}));
const items = times(6_000, (id) => ({ id, of: { name: `item ${id}` } }));

/** By name; bodies are made when they are asked for. */
type Inputs = Readonly<Record<string, () => HeavyInput>>;

const SCHEMAS: Inputs = {
  "a pattern that goes back, in a format": () => ({
    path: CHAT,
    body: format(objectOf({ type: "string", pattern: "^(a+)+$" })),
    status: 502,
    reply: text(JSON.stringify({ a: ALMOST })),
  }),
  "a pattern with lookaround that goes back": () => ({
    path: CHAT,
    body: format(objectOf({ type: "string", pattern: "^(?=a)(a+)+$" })),
    status: 502,
    reply: text(JSON.stringify({ a: ALMOST })),
  }),
  "uniqueItems over 6,000 objects": () => ({
    path: CHAT,
    body: format(objectOf({ type: "array", uniqueItems: true, items: { type: "object" } })),
    status: 200,
    reply: text(JSON.stringify({ a: items }), { chunkSize: 4_000 }),
  }),
  "anyOf of 4,096 values": () => ({
    path: CHAT,
    body: format(objectOf({ anyOf: times(4_096, (at) => ({ const: at })) })),
    status: 200,
    reply: text('{"a":4095}'),
  }),
  "anyOf of 4,096 objects": () => ({
    path: CHAT,
    body: format(
      objectOf({ anyOf: times(4_096, (at) => ({ ...objectOf({ const: at }), required: ["a"] })) }),
    ),
    status: 400,
  }),
  "two references in each of 28 definitions": () => ({
    path: CHAT,
    body: format(doubling(28)),
    status: 502,
    reply: text('{"a":{}}'),
  }),
};

const MESSAGES_BY_THE_THOUSAND: Inputs = {
  "20,000 messages": () => ({ path: CHAT, body: chat({ messages: dialogue(20_000) }), status: 400 }),
  "20,000 items": () => ({ path: RESPONSES, body: responses({ input: dialogue(20_000) }), status: 400 }),
  "20,000 messages of the Messages API": () => ({
    path: MESSAGES,
    body: messages({ messages: dialogue(20_000) }),
    status: 400,
  }),
};

const TEXTS: Inputs = {
  "20 MiB of one letter": () => ({
    path: CHAT,
    body: chat({ messages: [user("x".repeat(LONG))] }),
    status: 400,
  }),
  "20 MiB of words": () => ({ path: CHAT, body: chat({ messages: [user(words)] }), status: 400 }),
  "20 MiB in many messages": () => ({
    path: CHAT,
    body: chat({ messages: times(200, (at) => user(words.slice(at * 100_000, (at + 1) * 100_000))) }),
    status: 400,
  }),
  "20 MiB in an item": () => ({ path: RESPONSES, body: responses({ input: words }), status: 400 }),
  "20 MiB for the Messages API": () => ({
    path: MESSAGES,
    body: messages({ messages: [user(words)] }),
    status: 400,
  }),
  "20 MiB to be counted": () => ({
    path: `${MESSAGES}/count_tokens`,
    body: JSON.stringify({ model: "sonnet", messages: [user(words)] }),
    status: 400,
  }),
};

const TOOLS: Inputs = {
  "128 tools of 100 KiB": () => ({
    path: CHAT,
    body: chat({
      tools: tools.map(({ name, schema }) => ({ type: "function", function: { name, parameters: schema } })),
    }),
    status: 400,
  }),
  "128 tools of 100 KiB, of Responses": () => ({
    path: RESPONSES,
    body: responses({
      tools: tools.map(({ name, schema }) => ({ type: "function", name, parameters: schema })),
    }),
    status: 400,
  }),
  "128 tools of 100 KiB, of the Messages API": () => ({
    path: MESSAGES,
    body: messages({ tools: tools.map(({ name, schema }) => ({ name, input_schema: schema })) }),
    status: 400,
  }),
  "40 tools of 90 KiB in thousands of values, the last one wrong": () => ({
    path: CHAT,
    body: chat({ tools: times(40, (at) => functionOf(at, { type: at === 39 ? 7 : "object" })) }),
    status: 400,
  }),
};

const ODD_JSON: Inputs = {
  "lists in lists": () => ({
    path: CHAT,
    body: withField("[".repeat(2_000_000) + "]".repeat(2_000_000)),
    status: 400,
  }),
  "a million fields": () => ({
    path: CHAT,
    body: withField(`{${times(1_000_000, (at) => `"f${at}":1`).join(",")}}`),
    status: 400,
  }),
  "millions of numbers": () => ({
    path: CHAT,
    body: withField(`[${"1,".repeat(8_000_000)}1]`),
    status: 400,
  }),
  "20 MiB of white space": () => ({
    path: CHAT,
    body: withField(`[${" ".repeat(LONG)}]`),
    status: 200,
    reply: text("ok"),
  }),
};

/** What is short in number, and long in itself. */
const LONG_VALUES: Inputs = {
  "a stop sequence of 9 MB": () => ({
    path: CHAT,
    body: chat({ stop: ["a".repeat(9_000_000)] }),
    status: 400,
  }),
  "thousands of stop sequences": () => ({
    path: MESSAGES,
    body: messages({ stop_sequences: times(8_000, (at) => `stop ${at}`) }),
    status: 400,
  }),
  "a model's name of 9 MB": () => ({
    path: CHAT,
    body: chat({ model: `claude-code:${"a/".repeat(4_500_000)}` }),
    status: 404,
  }),
  "thousands of MCP servers": () => ({
    path: CHAT,
    body: chat({
      claude: { mcpServers: Object.fromEntries(times(4_000, (at) => [`s${at}`, { url: MCP }])) },
    }),
    status: 400,
  }),
  "128 MCP servers with 500 tools each": () => ({
    path: RESPONSES,
    body: responses({
      tools: times(128, (at) => ({
        type: "mcp",
        server_label: `s${at}`,
        server_url: MCP,
        allowed_tools: times(500, (tool) => `tool_${tool}`),
      })),
    }),
    status: 400,
  }),
};
const MCP = "http://127.0.0.1:9/mcp";

const PAST_CALLS: Inputs = {
  "arguments of millions of numbers": () => ({
    path: CHAT,
    body: chat({ messages: roundOf(`{"a":[${"1,".repeat(4_500_000)}1]}`) }),
    status: 400,
  }),
  "arguments that are deep": () => ({
    path: CHAT,
    body: chat({ messages: roundOf(`{"a":${"[".repeat(2_000_000)}${"]".repeat(2_000_000)}}`) }),
    status: 400,
  }),
  "arguments of millions of objects, of Responses": () => ({
    path: RESPONSES,
    body: responses({
      input: [
        user("heavy"),
        { type: "function_call", call_id: "c", name: "f", arguments: `{"a":[${"{},".repeat(3_000_000)}1]}` },
        { type: "function_call_output", call_id: "c", output: "r" },
      ],
    }),
    status: 400,
  }),
  "calls by the thousand": () => ({ path: MESSAGES, body: callsInOneAnswer(8_000), status: 400 }),
  "4,000 calls in one answer": () => ({
    path: MESSAGES,
    body: callsInOneAnswer(4_000),
    status: 200,
    reply: text("ok"),
    isMeasuredByTurns: true,
  }),
  "4,000 calls with one id": () => ({
    path: MESSAGES,
    body: callsInOneAnswer(4_000, () => "toolu_one"),
    status: 200,
    reply: text("ok"),
    isMeasuredByTurns: true,
  }),
};

/** A turn like any other. */
export const ORDINARY: HeavyInput = { path: CHAT, body: chat({}), status: 200 };

/** As long as an answer of today's models can be, and all of it there at once. */
const LONG_ANSWERS: Inputs = {
  "a call with arguments of 500 KB, in small pieces": () => ({
    path: CHAT,
    body: chat({ tools: [{ type: "function", function: { name: "f" } }], stream: true }),
    status: 200,
    reply: reply({ blocks: [toolUse("f", { a: "word ".repeat(100_000) }, { chunkSize: 20 })] }),
    isMeasuredByTurns: true,
  }),
  "a text of 500 KB, in small pieces": () => ({
    path: RESPONSES,
    body: responses({ stream: true }),
    status: 200,
    reply: text("word ".repeat(100_000), { chunkSize: 20 }),
    isMeasuredByTurns: true,
  }),
};

export const HEAVY_INPUTS = {
  schemas: SCHEMAS,
  "very many messages": MESSAGES_BY_THE_THOUSAND,
  "long texts": TEXTS,
  "large tools": TOOLS,
  "odd JSON": ODD_JSON,
  "long values": LONG_VALUES,
  "past calls": PAST_CALLS,
  "long answers": LONG_ANSWERS,
};

/** A past round of so many calls, as the Messages API has it. */
function callsInOneAnswer(count: number, idOf = (at: number) => `toolu_${at}`): string {
  return messages({
    tools: [{ name: "f", input_schema: { type: "object" } }],
    messages: [
      user("heavy"),
      {
        role: "assistant",
        content: times(count, (at) => ({ type: "tool_use", id: idOf(at), name: "f", input: { at } })),
      },
      {
        role: "user",
        content: times(count, (at) => ({ type: "tool_result", tool_use_id: idOf(at), content: "r" })),
      },
    ],
  });
}

/** A function of a thousand parameters. */
function functionOf(at: number, schema: object): object {
  const properties = Object.fromEntries(
    times(1_000, (k) => [`property_${k}`, { type: "string", description: "what it is for, in a line" }]),
  );
  return { type: "function", function: { name: `tool_${at}`, parameters: { ...schema, properties } } };
}

/** Objects with two others in them each, by references with a rule beside them. */
function doubling(levels: number): object {
  const definitions = times(levels, (level) => [
    `level${level}`,
    closed(
      level === levels - 1 ? { a: { type: "string" } } : { a: toLevel(level + 1), b: toLevel(level + 1) },
    ),
  ]);
  return { ...closed({ a: toLevel(0) }), $defs: Object.fromEntries(definitions) };
}

function toLevel(level: number): object {
  return { $ref: `#/$defs/level${level}`, minProperties: 1 };
}

function closed(properties: object): object {
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}

/** A past round with a call, as Chat Completions has it. */
function roundOf(given: string): readonly object[] {
  const call = { id: "c", type: "function", function: { name: "f", arguments: given } };
  return [
    user("heavy"),
    { role: "assistant", content: null, tool_calls: [call] },
    { role: "tool", tool_call_id: "c", content: "r" },
  ];
}
