import { expect, test } from "vitest";

import { parseChat, refuseChat } from "../../../test/protocols/chat-requests.ts";

test.each([
  [{}, undefined],
  [{ reasoning_effort: "minimal" }, "low"],
  [{ reasoning: { effort: "high" } }, "high"],
  [{ reasoning: { effort: "none" } }, "none"],
  [{ reasoning: { effort: "minimal" } }, "low"],
  [{ reasoning: { enabled: false } }, "none"],
  [{ reasoning: { enabled: true } }, undefined],
  [{ reasoning: { max_tokens: 2000 } }, "low"],
  [{ reasoning: { max_tokens: 8000 } }, "medium"],
  [{ reasoning: { max_tokens: 32_000 } }, "high"],
  [{ reasoning: { max_tokens: 0 } }, "none"],
  [{ thinking: { type: "disabled" } }, "none"],
  [{ thinking: { type: "adaptive" } }, undefined],
  [{ thinking: { type: "enabled" } }, undefined],
  [{ thinking: { type: "enabled", budget_tokens: 1024 } }, "low"],
  [{ thinking: { type: "enabled", budget_tokens: 20_000 } }, "high"],
  [{ thinking: false }, "none"],
  [{ thinking: true }, undefined],
  [{ enable_thinking: false }, "none"],
  [{ enable_thinking: true }, undefined],
  [{ reasoning_effort: "low", thinking: { type: "disabled" } }, "low"],
  [{ reasoning_effort: null, reasoning: null, thinking: null, enable_thinking: null }, undefined],
])("%j is the effort %s", (extra, effort) => {
  const { sampling, ignored } = parseChat(extra);
  expect(sampling.effort).toBe(effort);
  expect(ignored).toEqual([]);
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
