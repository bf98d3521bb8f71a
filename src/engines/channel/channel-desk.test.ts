import { expect, test } from "vitest";

import { SILENT_LOGGER } from "../../core/ports/logger.ts";
import { ChannelDesk } from "./channel-desk.ts";
import type { EventTransport } from "./event-transport.ts";

const TRANSPORT: EventTransport = {
  name: "channel",
  reason: "of the test",
  waitsForItsTurn: true,
  fits: () => true,
  send: async () => {},
};
const OURS = { session: "s", prompt: "event's" };
const PERSONS = { session: "s", prompt: "person's" };

test("a relayed call is the event's only while hooks tell so, and do not ask about it themselves", async () => {
  const { signal } = new AbortController();
  const desk = new ChannelDesk({
    transport: () => TRANSPORT,
    timeoutMs: 60_000,
    session: "s",
    clock: () => 0,
    logger: SILENT_LOGGER,
  });
  desk.send({ requestId: "req_1", conversation: "c", text: "hello" }, signal);
  expect(desk.relayedPrompt).toBeUndefined();
  await desk.hear({ type: "prompt", ...OURS, text: "req_1" }, signal);
  expect(desk.relayedPrompt).toBe("event's");
  await desk.hear({ type: "prompt", ...PERSONS, text: "my own" }, signal);
  expect(desk.relayedPrompt).toBeUndefined();
  desk.failAll();

  desk.send({ requestId: "req_2", conversation: "c", text: "hello" }, signal);
  await desk.hear({ type: "stop", ...PERSONS }, signal);
  await desk.hear({ type: "prompt", ...OURS, text: "req_2" }, signal);
  expect(desk.relayedPrompt).toBe("event's");
  await desk.hear({ type: "permission", ...PERSONS, toolName: "Bash", input: {} }, signal);
  expect(desk.relayedPrompt).toBeUndefined();
  desk.failAll();
});
