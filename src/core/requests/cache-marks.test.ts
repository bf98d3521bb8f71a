import { expect, test } from "vitest";

import { NO_CLIENT_TOOLS } from "../words/client-tool.ts";
import type { Message } from "../words/message.ts";
import { findMisplaced, marksOf, withoutMarks } from "./cache-marks.ts";

const LOOK = { name: "look", inputSchema: { type: "object" } };
const one = { type: "text", text: "one" } as const;
const MESSAGES: readonly Message[] = [
  { role: "user", content: [{ ...one, cache: { ttl: "1h" } }] },
  {
    role: "tool",
    content: [{ type: "tool-result", callId: "a", content: [{ ...one, cache: { ttl: "5m" } }], cache: {} }],
  },
];

test("marks are found on all that may bear one, as the API reads it, and left out of it", () => {
  const request = {
    tools: { ...NO_CLIENT_TOOLS, list: [LOOK, { ...LOOK, cache: { ttl: "1h" } as const }] },
    systemParts: [one, { ...one, cache: { ttl: "1h" } as const }],
    messages: MESSAGES,
    cache: {},
  };
  expect(marksOf(request).map(({ ttl }) => ttl)).toEqual(["1h", "1h", "1h", "5m", undefined, undefined]);
  expect(withoutMarks(request)).toEqual({
    tools: { ...NO_CLIENT_TOOLS, list: [LOOK, LOOK] },
    messages: [
      { role: "user", content: [one] },
      { role: "tool", content: [{ type: "tool-result", callId: "a", content: [one] }] },
    ],
  });
});

test.each([
  [-1, []],
  [-1, ["1h", "1h", "5m", undefined]],
  [2, ["1h", undefined, "1h", "1h"]],
] as const)("the first one for an hour behind one for five minutes: %i of %j", (place, ttls) => {
  expect(findMisplaced(ttls.map((ttl) => (ttl ? { ttl } : {})))).toBe(place);
});
