import { expect } from "vitest";

import type { Asked, Told } from "./random-client.ts";
import { FITTING } from "./samples.ts";

/** What every protocol promises of an answer, where the model does as it is asked. */
export function expectPromises(asked: Asked, answers: readonly Told[]): void {
  expect(answers, "as many answers as were asked for").toHaveLength(asked.choices);
  for (const told of answers) {
    expectWords(asked, told);
    expectCalls(asked, told);
    expectUsage(asked, told);
  }
}

function expectWords({ stops, hasFormat }: Asked, { texts, end }: Told): void {
  for (const stop of stops.filter((word) => word !== "")) {
    for (const text of texts) expect(text, "an answer ends before its stop word").not.toContain(stop);
  }
  if (hasFormat && end === "said")
    expect(JSON.parse(texts.join("")), "an answer has its format").toEqual(FITTING);
}

function expectCalls({ stops, callable, mustCall, isOneCallOnly }: Asked, { calls, end }: Told): void {
  // The limit may have come behind a whole call.
  if (end !== "cut") {
    expect(calls.length > 0, "an answer with calls ends with them, and no other does").toBe(end === "called");
  }
  expect(callable, "only what may be called is").toEqual(expect.arrayContaining([...calls]));
  if (isOneCallOnly) expect(calls.length, "one call at a time").toBeLessThanOrEqual(1);
  // A stop word may have come before the call, or the limit of tokens.
  if (mustCall && stops.length === 0 && end !== "cut") {
    expect(calls.length, "what must be called is").toBeGreaterThan(0);
  }
}

function expectUsage({ tellsUsage }: Asked, { usage }: Told): void {
  if (!tellsUsage) return;
  expect(usage?.input, "tokens that were read").toBeGreaterThan(0);
  expect(usage?.output, "tokens that were written").toBeGreaterThan(0);
}
