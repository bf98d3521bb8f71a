import { expect, test } from "vitest";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import type { RecordedRequest } from "../../src/demo/recorded-request.ts";
import { systemPromptOf, toolNamesOf } from "../upstream/read-request.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import type { Turnpike } from "./start-turnpike.ts";

/** `claude-code` leaves Claude Code's own tools out where the client works with tools of its own. */
const shared = shareTurnpike({
  configFile: { profiles: { both: { builtinTools: "on" } }, models: { both: { profile: "both" } } },
});

const SCHEMA = { type: "object", properties: { path: { type: "string" } } };
const CHAT_TOOL = { type: "function", function: { name: "read_file", parameters: SCHEMA } };
const RESPONSES_TOOL = { type: "function", name: "read_file", parameters: SCHEMA, strict: false };
const MESSAGES_TOOL = { name: "read_file", input_schema: SCHEMA };

const CHAT_HISTORY = [
  { role: "user", content: "Read it." },
  {
    role: "assistant",
    content: null,
    tool_calls: [{ id: "call_1", type: "function", function: { name: "read_file", arguments: "{}" } }],
  },
  { role: "tool", tool_call_id: "call_1", content: "hello" },
  { role: "assistant", content: "It says hello." },
];
const FUNCTION_HISTORY = [
  { role: "user", content: "Read it." },
  { role: "assistant", content: null, function_call: { name: "read_file", arguments: "{}" } },
  { role: "function", name: "read_file", content: "hello" },
  { role: "assistant", content: "It says hello." },
];
const ITEMS = [
  { type: "message", role: "user", content: [{ type: "input_text", text: "Read it." }] },
  { type: "function_call", call_id: "call_1", name: "read_file", arguments: "{}" },
  { type: "function_call_output", call_id: "call_1", output: "hello" },
  { type: "message", role: "assistant", content: [{ type: "output_text", text: "It says hello." }] },
];
const SHELL_ITEMS = [
  { type: "message", role: "user", content: [{ type: "input_text", text: "List it." }] },
  {
    type: "local_shell_call",
    call_id: "call_1",
    status: "completed",
    action: { type: "exec", command: ["ls"], env: {} },
  },
  { type: "local_shell_call_output", call_id: "call_1", output: "a.txt" },
  { type: "message", role: "assistant", content: [{ type: "output_text", text: "One file." }] },
];
const CUSTOM_ITEMS = [
  { type: "message", role: "user", content: [{ type: "input_text", text: "Patch it." }] },
  { type: "custom_tool_call", call_id: "call_1", name: "apply_patch", input: "*** Begin Patch" },
  { type: "custom_tool_call_output", call_id: "call_1", output: "ok" },
  { type: "message", role: "assistant", content: [{ type: "output_text", text: "Done." }] },
];
const BLOCKS = [
  { role: "user", content: "Read it." },
  { role: "assistant", content: [{ type: "tool_use", id: "toolu_1", name: "read_file", input: {} }] },
  { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", content: "hello" }] },
  { role: "assistant", content: "It says hello." },
];

const SUM_UP = { role: "user", content: "Sum this up." };
const HELLO = { role: "user", content: "Hello." };
const PLAIN = [HELLO, { role: "assistant", content: "Hi." }, SUM_UP];

const CHAT = "/v1/chat/completions";
const RESPONSES = "/v1/responses";
const MESSAGES = "/v1/messages";

/** Whether Claude Code may work by itself in such a request. */
const CASES: readonly (readonly [name: string, path: string, body: object, isAgent: boolean])[] = [
  ["no tools", CHAT, { messages: [HELLO] }, true],
  ["tools null", CHAT, { messages: [HELLO], tools: null }, true],
  ["a plain history", CHAT, { messages: PLAIN }, true],
  ["an empty list", CHAT, { messages: [HELLO], tools: [] }, false],
  ["an empty list that may not be used", CHAT, { messages: [HELLO], tools: [], tool_choice: "none" }, false],
  ["an empty list behind a plain history", CHAT, { messages: PLAIN, tools: [] }, false],
  ["an empty list of functions", CHAT, { messages: [HELLO], functions: [] }, false],
  ["calls in the history", CHAT, { messages: [...CHAT_HISTORY, SUM_UP] }, false],
  ["calls in the history, tools null", CHAT, { messages: [...CHAT_HISTORY, SUM_UP], tools: null }, false],
  ["results last", CHAT, { messages: CHAT_HISTORY.slice(0, 3) }, false],
  ["a function call in the history", CHAT, { messages: [...FUNCTION_HISTORY, SUM_UP] }, false],
  ["no tools", RESPONSES, { input: "Hello." }, true],
  ["an empty list", RESPONSES, { input: "Hello.", tools: [] }, false],
  ["calls in the history", RESPONSES, { input: [...ITEMS, SUM_UP] }, false],
  ["results last", RESPONSES, { input: ITEMS.slice(0, 3) }, false],
  ["a local shell in the history", RESPONSES, { input: [...SHELL_ITEMS, SUM_UP] }, false],
  ["a custom tool in the history", RESPONSES, { input: [...CUSTOM_ITEMS, SUM_UP] }, false],
  ["no tools", MESSAGES, { messages: [HELLO] }, true],
  ["an empty list", MESSAGES, { messages: [HELLO], tools: [] }, false],
  ["calls in the history", MESSAGES, { messages: [...BLOCKS, SUM_UP] }, false],
  ["results last", MESSAGES, { messages: BLOCKS.slice(0, 3) }, false],
];

test.each(CASES)("%s at %s", async (_, path, body, isAgent) => {
  const turnpike = shared();
  turnpike.upstream.clear();
  turnpike.upstream.respondWith(text("Done."));
  await send(turnpike, path, body);
  expectAgent(lastRequestOf(turnpike), isAgent);
});

test("a response that goes on from one with client calls has no tools either", async () => {
  const turnpike = shared();
  turnpike.upstream.clear();
  turnpike.upstream.respondWith([callTool(), text("It says hello."), text("Summed up.")]);
  const first = await send(turnpike, RESPONSES, { input: "Read it.", tools: [RESPONSES_TOOL] });
  const results = [{ type: "function_call_output", call_id: "toolu_1", output: "hello" }];
  const second = await send(turnpike, RESPONSES, { input: results, previous_response_id: first["id"] });
  expectAgent(lastRequestOf(turnpike), false);
  await send(turnpike, RESPONSES, { input: "Sum up.", previous_response_id: second["id"] });
  expectAgent(lastRequestOf(turnpike), false);
});

test("so has a response in a conversation with such items", async () => {
  const turnpike = shared();
  turnpike.upstream.clear();
  turnpike.upstream.respondWith(text("Summed up."));
  const { id } = await send(turnpike, "/v1/conversations", { items: ITEMS });
  await send(turnpike, RESPONSES, { input: "Sum up.", conversation: id });
  expectAgent(lastRequestOf(turnpike), false);
});

test.each([
  [CHAT, { messages: [HELLO], tools: [CHAT_TOOL] }, { messages: [CHAT_HISTORY[2]] }, { messages: [SUM_UP] }],
  [
    MESSAGES,
    { messages: [HELLO], tools: [MESSAGES_TOOL] },
    { messages: [BLOCKS[2]] },
    { messages: [SUM_UP] },
  ],
])("so has a conversation that goes on by its name: %s", async (path, first, results, next) => {
  const turnpike = shared();
  const { upstream } = turnpike;
  const name = `talk${path.replaceAll("/", "-")}`;
  const headers = { "x-conversation-id": name };
  upstream.clear();
  upstream.respondWith([callTool(path === CHAT ? "call_1" : "toolu_1"), text("It says hello.")]);
  await send(turnpike, path, first, headers);
  await send(turnpike, path, results, headers);
  expectAgent(lastRequestOf(turnpike), false);
  upstream.respondWith(text("Summed up."));
  await send(turnpike, path, next, headers);
  expectAgent(lastRequestOf(turnpike), false);

  // Also when the process is gone, and with the name in the model's id.
  await turnpike.fetch(`/conversations/${name}?mode=evict`, { method: "DELETE" });
  upstream.respondWith(text("Again."));
  await send(turnpike, path, { ...next, model: `claude-code:${name}` });
  expectAgent(lastRequestOf(turnpike), false);

  // Another history under that name is another matter.
  upstream.respondWith(text("Anew."));
  await send(turnpike, path, { messages: PLAIN }, headers);
  expectAgent(lastRequestOf(turnpike), true);
  upstream.respondWith(text("Further."));
  await send(turnpike, path, next, headers);
  expectAgent(lastRequestOf(turnpike), true);
});

test("tools that were offered and never called leave no trace in a conversation", async () => {
  const turnpike = shared();
  const headers = { "x-conversation-id": "unused" };
  turnpike.upstream.clear();
  turnpike.upstream.respondWith([text("Hi."), text("Done.")]);
  await send(turnpike, CHAT, { messages: [HELLO], tools: [CHAT_TOOL] }, headers);
  await send(turnpike, CHAT, { messages: [SUM_UP] }, headers);
  expectAgent(lastRequestOf(turnpike), true);
});

test("a profile or a request that wants both has both", async () => {
  const turnpike = shared();
  turnpike.upstream.clear();
  turnpike.upstream.respondWith([text("Done."), text("Done.")]);
  await send(turnpike, CHAT, { model: "both", messages: [HELLO], tools: [] });
  expectAgent(lastRequestOf(turnpike), true);
  await send(turnpike, CHAT, { model: "both", messages: [...CHAT_HISTORY, SUM_UP] });
  expectAgent(lastRequestOf(turnpike), true);
});

function callTool(id = "toolu_1") {
  return reply({ blocks: [toolUse("read_file", {}, { id })] });
}

async function send(
  turnpike: Turnpike,
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Record<string, unknown>> {
  const limit = path === MESSAGES ? { max_tokens: 1000 } : {};
  const model = path === "/v1/conversations" ? {} : { model: "claude-code" };
  const response = await turnpike.fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ ...model, ...limit, ...body }),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(JSON.stringify(answer));
  // Proof for the cast: every answer of these routes is an object; their shapes are tested elsewhere.
  return answer as Record<string, unknown>;
}

function lastRequestOf({ upstream }: Turnpike): RecordedRequest {
  const request = upstream.requests.at(-1);
  if (!request) throw new Error("The model was not asked.");
  return request;
}

/** Claude Code's own tools and its own prompt come together, or neither does. */
function expectAgent(request: RecordedRequest, isAgent: boolean): void {
  expect(toolNamesOf(request).includes("Bash")).toBe(isAgent);
  expect(toolNamesOf(request).includes("Write")).toBe(isAgent);
  expect(systemPromptOf(request).length > 1000).toBe(isAgent);
}
