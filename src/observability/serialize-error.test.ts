import { expect, test } from "vitest";

import { AppError, type ErrorKind } from "../core/words/app-error.ts";
import { serializeError } from "./serialize-error.ts";

const errorOf = (kind: ErrorKind) =>
  new AppError({ kind, message: "words" }, { cause: new Error("inner", { cause: new Error("innermost") }) });

test.each([
  "cancelled",
  "invalid-request",
  "upstream-rate-limited",
  "usage-limit-reached",
  "timeout",
] as const)("%s is an expected state: it and its causes are told, without stacks", (kind) => {
  const written = serializeError(errorOf(kind));
  expect(written).toMatchObject({
    message: "words",
    cause: { message: "inner", cause: { message: "innermost" } },
  });
  expect(JSON.stringify(written)).not.toContain("serialize-error.test.ts");
});

test.each(["internal", "engine-failed"] as const)("%s is a fault, and says where", (kind) => {
  expect(serializeError(errorOf(kind))["stack"]).toContain("serialize-error.test.ts");
});

test("what was given up or came too late has no stack, anything unknown has", () => {
  const reasons = [AbortSignal.abort().reason as Error, new DOMException("late", "TimeoutError")];
  for (const reason of reasons) expect(serializeError(reason)).not.toHaveProperty("stack");
  expect(serializeError(new TypeError("x is not a function"))).toHaveProperty("stack");
});
