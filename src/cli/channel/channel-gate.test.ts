import { expect, test } from "vitest";

import { readChannelGate } from "./channel-gate.ts";

const line = (name: string, said: string) =>
  `2026-08-29T09:00:00.000Z [DEBUG] MCP server "${name}": ${said}\n`;
const SKIPPED = "Channel notifications skipped: channels feature is not currently available";

test("the last word of the log counts, and only about this server", () => {
  expect(readChannelGate("", "turnpike")).toEqual({ type: "untold" });
  expect(readChannelGate(line("oai", SKIPPED), "turnpike")).toEqual({ type: "untold" });
  const closed = line("oai", "Channel notifications registered") + line("turnpike", SKIPPED);
  expect(readChannelGate(closed, "turnpike")).toEqual({
    type: "closed",
    reason: "channels feature is not currently available",
  });
  const opened = closed + line("turnpike", "Channel notifications registered");
  expect(readChannelGate(opened, "turnpike")).toEqual({ type: "open" });
});
