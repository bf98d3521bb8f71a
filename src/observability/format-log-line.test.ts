import * as fc from "fast-check";
import { expect, test } from "vitest";

import { renderLine } from "../lib/styled-line.ts";
import { formatLogLine } from "./format-log-line.ts";

function shown(record: Readonly<Record<string, unknown>>): string {
  const lines = formatLogLine({ level: "info", time: "2026-01-02T03:04:05.678Z", ...record });
  return lines
    .map((line) => renderLine(line, false))
    .join("\n")
    .replace(/^\d\d:\d\d:\d\d/, "HH:MM:SS");
}

const REQUEST = {
  event: "request.completed",
  requestId: "req_1",
  method: "POST",
  path: "/v1/chat/completions",
  durationMs: 1234,
  principal: "key_1",
  model: "claude-code",
  turnId: "turn_1",
  conversationId: "conv_1",
  placement: "hot",
  firstTokenMs: 310,
  usage: {
    inputTokens: 12,
    cacheReadTokens: 12_000,
    cacheWriteTokens: 300,
    outputTokens: 345,
    reasoningTokens: 0,
  },
  status: 200,
};

test("a request is one short line", () => {
  expect(shown(REQUEST)).toBe(
    "HH:MM:SS POST /v1/chat/completions 200 claude-code 1.2 s (first 310 ms) hot 12.3k in, 345 out",
  );
  expect(
    shown({ event: "request.completed", method: "GET", path: "/health", status: 200, durationMs: 1 }),
  ).toBe("HH:MM:SS GET /health 200 1 ms");
  expect(shown({ ...REQUEST, durationMs: 125_000, usage: undefined, firstTokenMs: undefined })).toBe(
    "HH:MM:SS POST /v1/chat/completions 200 claude-code 2 min 5 s hot",
  );
});

test("a request that did not go well says so, with the id that its client has", () => {
  expect(
    shown({ ...REQUEST, status: 404, errorKind: "model-not-found", placement: undefined, usage: undefined }),
  ).toBe("HH:MM:SS POST /v1/chat/completions 404 claude-code 1.2 s (first 310 ms) model-not-found req_1");
  expect(shown({ ...REQUEST, isClientGone: true, errorKind: "cancelled" })).toContain(
    "/v1/chat/completions client left claude-code",
  );
  expect(shown({ ...REQUEST, status: 529, errorKind: "upstream-overloaded", isFailed: true })).toBe("");
  const failed = {
    ...REQUEST,
    level: "error",
    event: "request.failed",
    status: 529,
    errorKind: "upstream-overloaded",
  };
  expect(shown({ ...failed, problem: "The model is busy." })).toMatch(
    / 529 .* upstream-overloaded: The model is busy\. req_1$/,
  );
});

test("other events: name, problem, fields; a stack only where there is one", () => {
  expect(
    shown({ event: "spare.lost", error: { name: "Error", message: "gone away", code: "EPIPE" }, count: 2 }),
  ).toBe('HH:MM:SS spare.lost "gone away" (EPIPE) count=2');
  const stack = "Error: broken\n    at one (a.ts:1:2)\n    at two (b.ts:3:4)";
  const error = { name: "Error", message: "broken", stack, cause: { message: "inner" } };
  expect(shown({ level: "error", event: "turn.broke", error })).toBe(
    "HH:MM:SS error turn.broke broken\n    at one (a.ts:1:2)\n    at two (b.ts:3:4)\n    caused by inner",
  );
});

test("a terminal is spared what it is told otherwise, and ids that only tie lines together", () => {
  expect(shown({ event: "server.listening", url: "http://127.0.0.1:1" })).toBe("");
  expect(shown({ event: "approval.resolved", by: "terminal", outcome: "allowed" })).toBe("");
  expect(shown({ event: "approval.resolved", by: "key_1", turnId: "turn_1", approvalId: "apr_1" })).toBe(
    "HH:MM:SS approval.resolved by=key_1 approvalId=apr_1",
  );
  expect(
    shown({ event: "upstream.failed", sessionId: "s", retryAfterMs: 5, status: 429, reason: "Too fast" }),
  ).toBe('HH:MM:SS upstream.failed status=429 reason="Too fast"');
  const error = { name: "AppError", message: "late", cause: { message: "inner" } };
  expect(shown({ event: "request.failed", status: 504, method: "POST", path: "/", error })).toBe(
    "HH:MM:SS POST / 504",
  );
});

test("whatever a line holds, it is one line that steers nothing", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string({ unit: "binary" })), (fields) => {
      for (const event of ["request.completed", "turn.notice"]) {
        const text = shown({ ...fields, event, level: "info", error: undefined });
        expect(text).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      }
    }),
  );
});
