import { expect, test } from "vitest";
import type { MessagesBody } from "../messages-body.ts";
import { checkToolRounds } from "./check-tool-rounds.ts";
import { modelNamed } from "./models.ts";
import { refusalOf } from "./refusal-of.ts";

const call = { type: "tool_use", id: "toolu_1", name: "Bash", input: {} };
const result = { type: "tool_result", tool_use_id: "toolu_1", content: "done" };
const words = { type: "text", text: "words" };
const marked = { ...words, cache_control: { type: "ephemeral" } };
const kept = { ...words, cache_control: { type: "ephemeral", ttl: "1h" } };
const user = (...content: unknown[]) => ({ role: "user", content });
const assistant = (...content: unknown[]) => ({ role: "assistant", content });
const ask = { role: "user", content: "question" };

test.each<[string, unknown[]]>([
  ["a conversation", [ask, { role: "assistant", content: "answer" }, ask]],
  ["a call and its result", [ask, assistant(call), user(result, words)]],
  [
    "a call and a result in neighbours of one role",
    [
      ask,
      { role: "assistant", content: "let me see" },
      assistant(call),
      user(result),
      { role: "user", content: "and?" },
    ],
  ],
  ["an answer of blanks from a tool", [ask, assistant(call), user({ ...result, content: "\n" })]],
  [
    "an answer of nothing from a tool",
    [ask, assistant(call), user({ type: "tool_result", tool_use_id: "toolu_1" })],
  ],
])("takes %s", (_name, messages) => {
  expect(refusalOf({ messages })).toBeUndefined();
});

test.each<[string, unknown[], string]>([
  ["an empty text block", [user({ type: "text", text: "" })], "must be non-empty"],
  ["a blank text block", [{ role: "user", content: " \n" }], "non-whitespace"],
  ["an empty message", [user()], "non-empty content"],
  [
    "an empty text inside a result",
    [ask, assistant(call), user({ ...result, content: [{ type: "text", text: "" }] })],
    "must be non-empty",
  ],
  ["an orphan result", [user(result)], "unexpected `tool_use_id`"],
  ["a missing result", [ask, assistant(call), ask], "without `tool_result` blocks"],
  ["text before the result", [ask, assistant(call), user(words, result)], "without `tool_result` blocks"],
  ["a repeated id", [ask, assistant(call, call), user(result)], "ids must be unique"],
  [
    "an id that comes again later",
    [ask, assistant(call), user(result), assistant(call), user(result)],
    "ids must be unique",
  ],
  ["two results for a call", [ask, assistant(call), user(result, result)], "must have a single result"],
  ["a call by the user", [user(call)], "can only be in `assistant` messages"],
  ["a result by the assistant", [ask, assistant(result), ask], "can only be in `user` messages"],
])("refuses %s", (_name, messages, problem) => {
  expect(refusalOf({ messages })).toContain(problem);
});

test("blank texts of the system and blank stop sequences are refused", () => {
  expect(refusalOf({ system: "" })).toBeUndefined();
  expect(refusalOf({ system: [{ type: "text", text: "" }] })).toContain(
    "system: text content blocks must be non-empty",
  );
  expect(refusalOf({ system: " " })).toContain("system: text content blocks must contain non-whitespace");
  expect(refusalOf({ stop_sequences: ["END"] })).toBeUndefined();
  expect(refusalOf({ stop_sequences: ["END", "\n\n"] })).toContain("must contain non-whitespace");
});

test("there are four cache marks at most, the lasting ones first", () => {
  expect(refusalOf({ system: [kept], messages: [user(kept, marked, marked)] })).toBeUndefined();
  expect(refusalOf({ messages: [user(marked, marked, marked, marked, marked)] })).toBe(
    "A maximum of 4 blocks with cache_control may be provided. Found 5.",
  );
  const automatic = { cache_control: { type: "ephemeral" } };
  expect(refusalOf({ messages: [user(marked, marked, marked, marked)], ...automatic })).toContain("Found 5");
  expect(refusalOf({ messages: [user(marked, kept)] })).toContain("must not come after a ttl='5m'");
});

const thought = { type: "redacted_thinking", data: "sealed" };
const budget = { thinking: { type: "enabled", budget_tokens: 1024 }, max_tokens: 2000 };
const further = { ...call, id: "toolu_2" };
const furtherResult = { ...result, tool_use_id: "toolu_2" };

test.each<[string, string, object, unknown[], string | undefined]>([
  ["begun without, then a budget", "haiku", budget, [ask, assistant(call), user(result)], "found `tool_use`"],
  ["also with words", "haiku", budget, [ask, assistant(words, call), user(result)], "found `text`"],
  ["also on 4.6", "sonnet", budget, [ask, assistant(call), user(result)], "found `tool_use`"],
  ["adaptive", "sonnet", { thinking: { type: "adaptive" } }, [ask, assistant(call), user(result)], undefined],
  ["without throughout", "haiku", {}, [ask, assistant(call), user(result)], undefined],
  [
    "begun with, then none",
    "haiku",
    {},
    [ask, assistant(thought, call), user(result)],
    "thinking is disabled",
  ],
  ["the same on 4.6", "sonnet", {}, [ask, assistant(thought, call), user(result)], undefined],
  [
    "begun with, and a second call without",
    "haiku",
    budget,
    [ask, assistant(thought, call), user(result), assistant(further), user(furtherResult)],
    undefined,
  ],
  ["over", "haiku", budget, [ask, assistant(call), user(result), assistant(words), ask], undefined],
])("a round of calls: %s, on %s", (_, family, fields, messages, problem) => {
  const model = family === "haiku" ? "claude-haiku-4-5" : "claude-sonnet-4-6";
  const rules = modelNamed(model);
  if (!rules) throw new Error(`There is no ${model}.`);
  const body = { max_tokens: 2000, ...fields, model, messages } as MessagesBody;
  const found = checkToolRounds({
    body,
    model: rules,
    betas: new Set(),
    version: "2023-06-01",
    use: "create",
  })?.message;
  if (problem === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(problem);
});
