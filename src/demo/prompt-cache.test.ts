import { expect, test } from "vitest";
import type { MessagesBody, RequestMessage } from "./messages-body.ts";
import { PromptCache } from "./prompt-cache.ts";
import { countInputTokens } from "./rules/count-input-tokens.ts";
import { modelNamed } from "./rules/models.ts";
import type { ModelRules } from "./rules/model-rules.ts";

// Proof: it is one of today's models.
const rules = modelNamed("claude-sonnet-4-6") as ModelRules;
const mark = { type: "ephemeral" };
const question: RequestMessage = { role: "user", content: "a question of some length" };
const markedQuestion: RequestMessage = {
  role: "user",
  content: [{ type: "text", text: "a question of some length", cache_control: mark }],
};
const answer: RequestMessage = { role: "assistant", content: "an answer" };
const next: RequestMessage = {
  role: "user",
  content: [{ type: "text", text: "and then?", cache_control: mark }],
};

test("reads on the second turn what the first one wrote, wherever the mark stands", () => {
  const cache = new PromptCache();
  const first = cache.measure(body([markedQuestion]), rules);
  expect(first).toMatchObject({ cache_read_input_tokens: 0 });
  expect(first.cache_creation_input_tokens).toBeGreaterThan(0);

  const second = cache.measure(body([question, answer, next], "x-anthropic-billing-header: 2"), rules);
  expect(second.cache_read_input_tokens).toBe(first.cache_creation_input_tokens);
  expect(second.cache_creation_input_tokens).toBeGreaterThan(0);
});

test.each([
  ["another model", { ...body([question, answer, next]), model: "other" }],
  ["another system prompt", { ...body([question, answer, next]), system: "other" }],
])("reads nothing for %s", (_name, changed) => {
  const cache = new PromptCache();
  cache.measure(body([markedQuestion]), rules);
  expect(cache.measure(changed, rules).cache_read_input_tokens).toBe(0);
});

test("reads the system prompt only when the history was rewritten", () => {
  const cache = new PromptCache();
  const { cache_creation_input_tokens: written } = cache.measure(body([markedQuestion]), rules);
  const changed = body([{ role: "user", content: "a rewritten question" }, answer, next]);
  const read = cache.measure(changed, rules).cache_read_input_tokens;
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThan(written);
});

test("counts a request without marks as uncached input", () => {
  const cache = new PromptCache();
  const plain = body([question]);
  for (let turn = 0; turn < 2; turn += 1) {
    expect(cache.measure(plain, rules)).toEqual({
      input_tokens: countInputTokens(plain, rules),
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    });
  }
});

function body(messages: RequestMessage[], billing = "x-anthropic-billing-header: 1"): MessagesBody {
  const system = [billing, "Be brief."].map((text) => ({ type: "text", text }));
  return { model: "m", max_tokens: 1, system, messages };
}
