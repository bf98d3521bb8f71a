import { describe, expect, test } from "vitest";

import { NO_USAGE } from "../../core/words/usage.ts";
import { CallUsage, toUsage } from "./call-usage.ts";

test("the API's names become ours, and what it leaves out is nothing", () => {
  expect(
    toUsage({
      input_tokens: 1,
      cache_read_input_tokens: 20,
      cache_creation_input_tokens: 300,
      output_tokens: 4,
      output_tokens_details: { thinking_tokens: 2 },
    }),
  ).toEqual({
    inputTokens: 1,
    cacheReadTokens: 20,
    cacheWriteTokens: 300,
    outputTokens: 4,
    reasoningTokens: 2,
  });
  expect(toUsage({ input_tokens: null, output_tokens_details: null })).toEqual(NO_USAGE);
});

describe("the sum of a turn", () => {
  test("is nothing before the first call", () => {
    expect(new CallUsage().total).toEqual(NO_USAGE);
  });

  test("takes what a call said last, and every call once", () => {
    const usage = new CallUsage();
    usage.callStarted({ input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 1 });
    usage.callProgressed({ output_tokens: 7, input_tokens: null });
    usage.callStarted({ input_tokens: 20, output_tokens: 1 });
    expect(usage.total).toEqual({ ...NO_USAGE, inputTokens: 30, cacheReadTokens: 5, outputTokens: 8 });
    usage.callProgressed({ output_tokens: 9 });
    expect(usage.total.outputTokens).toBe(16);
  });
});

describe("thinking tokens", () => {
  test("are the API's own, where it names them", () => {
    const usage = new CallUsage();
    usage.thinkingEstimated(50);
    usage.callStarted({ output_tokens: 100, output_tokens_details: { thinking_tokens: 30 } });
    expect(usage.total.reasoningTokens).toBe(30);
  });

  test("are else estimated, never more than there was output", () => {
    const usage = new CallUsage();
    usage.thinkingEstimated(20);
    usage.thinkingEstimated(30);
    usage.callStarted({ output_tokens: 100 });
    expect(usage.total.reasoningTokens).toBe(50);
    expect(usage.withReasoning({ ...NO_USAGE, outputTokens: 40 }).reasoningTokens).toBe(40);
  });
});
