import { expect, test } from "vitest";

import { parseChat, refuseChat } from "../../../test/protocols/chat-requests.ts";

const THINK = { asksToThink: true };
const NONE = { effort: "none" };

test.each([
  [{}, {}],
  [{ reasoning_effort: "minimal" }, { effort: "minimal" }],
  [{ reasoning_effort: "high" }, { effort: "high", ...THINK }],
  [{ reasoning: { effort: "high" } }, { effort: "high", ...THINK }],
  [{ reasoning: { effort: "none" } }, NONE],
  [{ reasoning: { effort: "minimal" } }, { effort: "minimal" }],
  [{ reasoning: { enabled: false } }, NONE],
  [{ reasoning: { enabled: true } }, THINK],
  [{ reasoning: { max_tokens: 2000 } }, { ...THINK, thinkingTokens: 2000 }],
  [{ reasoning: { max_tokens: 0 } }, NONE],
  [{ reasoning: {} }, {}],
  [{ thinking: { type: "disabled" } }, NONE],
  [{ thinking: { type: "adaptive" } }, THINK],
  [{ thinking: { type: "enabled" } }, THINK],
  [{ thinking: { type: "enabled", budget_tokens: 1024 } }, { ...THINK, thinkingTokens: 1024 }],
  [{ thinking: false }, NONE],
  [{ thinking: true }, THINK],
  [{ enable_thinking: false }, NONE],
  [{ enable_thinking: true }, THINK],
  [
    { reasoning_effort: "low", thinking: { type: "disabled" } },
    { effort: "low", ...THINK },
  ],
  [{ reasoning_effort: null, reasoning: null, thinking: null, enable_thinking: null }, {}],
])("%j is the wish %j", (extra, wish) => {
  const { sampling, ignored } = parseChat(extra);
  expect(sampling).toEqual(wish);
  expect(ignored).toEqual([]);
});

test("a wish that a model cannot grant is told by the client's own name", () => {
  expect(parseChat({ reasoning: { max_tokens: 2000 } }).parameterNames).toMatchObject({
    effort: "reasoning",
    thinkingTokens: "reasoning.max_tokens",
  });
  expect(parseChat({ thinking: { type: "disabled" } }).parameterNames).toMatchObject({ effort: "thinking" });
  expect(parseChat({ reasoning_effort: "none" }).parameterNames).toMatchObject({
    effort: "reasoning_effort",
  });
});

test.each([
  [{}, {}],
  [{ thinking: { type: "adaptive" } }, {}],
  [{ reasoning: { effort: "high" } }, { hasShortName: true }],
  [{ include_reasoning: true }, { hasShortName: true }],
  [{ reasoning: { exclude: true } }, { isHidden: true }],
  [{ include_reasoning: false }, { isHidden: true }],
])("%j tells thinking as %j", (extra, form) => {
  expect(parseChat(extra).reasoning).toEqual(form);
});

test.each([
  [{ reasoning: { effort: "much" } }, "invalid_value", "reasoning.effort"],
  [{ reasoning: { max_tokens: -1 } }, "integer_below_min_value", "reasoning.max_tokens"],
  [{ thinking: { type: "often" } }, "invalid_value", "thinking.type"],
  [{ thinking: "high" }, "invalid_type", "thinking"],
])("%j is refused", (extra, code, param) => {
  expect(refuseChat(extra)).toMatchObject({ code, param });
});
