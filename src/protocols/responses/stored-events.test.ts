import { expect, test } from "vitest";

import type { ResponseEvent } from "./response-head.ts";
import { eventsAfter, shortenRepeats } from "./stored-events.ts";

const response = { status: "in_progress", output: [] };
const events: readonly ResponseEvent[] = [
  { type: "response.created", sequence_number: 0, response },
  { type: "response.in_progress", sequence_number: 1, response },
  { type: "response.in_progress", sequence_number: 2, response },
  { type: "response.output_text.delta", sequence_number: 3, delta: "a" },
  { type: "response.in_progress", sequence_number: 4, response },
  { type: "response.completed", sequence_number: 5, response: { status: "completed" } },
];

test("signs of life are stored without their response, and read with it from any point on", () => {
  const stored = shortenRepeats(events);
  expect(stored.filter((event) => !("response" in event)).map((event) => event.sequence_number)).toEqual([
    2, 3, 4,
  ]);
  for (let after = -1; after <= events.length; after += 1) {
    expect(eventsAfter(stored, after)).toEqual(events.slice(after + 1));
  }
});

test("of a response whose server died there is its end alone, which comes next", () => {
  const failed = { type: "response.failed", sequence_number: 0, response: { status: "failed" } };
  expect(eventsAfter([failed], 7)).toEqual([{ ...failed, sequence_number: 8 }]);
});
