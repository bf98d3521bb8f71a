import { describe, expect, test } from "vitest";

import { RequestError } from "../../request-error.ts";
import { parseCompletionRequest } from "./parse-completion-request.ts";

function parse(extra: object = {}) {
  return parseCompletionRequest({ model: "sonnet", prompt: "def f():", ...extra });
}

function refuse(extra: object): unknown {
  try {
    parse(extra);
  } catch (error) {
    if (error instanceof RequestError) return { code: error.code, ...error.info };
    throw error;
  }
  throw new Error("It was taken.");
}

describe("prompts", () => {
  test.each([
    [{}, ["def f():"]],
    [{ prompt: "" }, [""]],
    [{ prompt: null }, [""]],
    [{ prompt: ["a", "b"] }, ["a", "b"]],
  ])("%j", (extra, before) => {
    expect(parse(extra).prompts).toEqual(before.map((each) => ({ before: each, after: "" })));
  });

  test("have what stands behind the cursor", () => {
    expect(parse({ suffix: "\n    return x" }).prompts).toEqual([
      { before: "def f():", after: "\n    return x" },
    ]);
  });

  test.each([[{ prompt: [1, 2] }], [{ prompt: [[1], [2]] }], [{ prompt: ["a", 1] }]])(
    "of tokens are refused: %j",
    (extra) => {
      expect(refuse(extra)).toMatchObject({
        code: "invalid_type",
        message: expect.stringContaining("text only"),
      });
    },
  );

  test("times answers have a bound", () => {
    expect(parse({ prompt: Array(64).fill("a"), n: 2 })).toMatchObject({ answerCount: 2 });
    expect(refuse({ prompt: Array(65).fill("a"), n: 2 })).toMatchObject({ param: "prompt" });
  });
});

describe("parameters", () => {
  test("that shape the answer, always with the least thinking", () => {
    expect(
      parse({ max_tokens: 20, temperature: 2, top_p: 0.5, stop: ["\n", ""], n: 3, echo: true }),
    ).toMatchObject({
      sampling: { maxOutputTokens: 20, temperature: 1, topP: 0.5, stopSequences: ["\n"], effort: "none" },
      answerCount: 3,
      echoesPrompt: true,
      ignored: ["temperature"],
    });
    expect(parse().sampling).toEqual({ effort: "none" });
  });

  test("without effect are told unless they ask for nothing", () => {
    expect(parse({ presence_penalty: 0, best_of: 1, logit_bias: null, logprobs: null }).ignored).toEqual([]);
    expect(parse({ presence_penalty: 1, best_of: 3, seed: 7, whatever: true }).ignored).toEqual([
      "presence_penalty",
      "best_of",
      "seed",
      "whatever",
    ]);
  });

  test.each([
    [{ logprobs: 0 }, "unsupported_parameter", "logprobs"],
    [{ max_tokens: 0 }, "integer_below_min_value", "max_tokens"],
    [{ model: null }, "invalid_type", "model"],
    [{ n: 129 }, "integer_above_max_value", "n"],
    [{ suffix: 5 }, "invalid_type", "suffix"],
  ])("%j is refused", (extra, code, param) => {
    expect(refuse(extra)).toMatchObject({ code, param });
  });
});
