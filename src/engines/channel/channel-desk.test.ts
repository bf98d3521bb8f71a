import { afterEach, expect, test, vi } from "vitest";

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

/** Events that come in the middle of a turn are lost. */
const IMPATIENT = { ...TRANSPORT, waitsForItsTurn: false };

afterEach(() => {
  vi.useRealTimers();
});

function openDesk(): { readonly desk: ChannelDesk; readonly sent: string[] } {
  vi.useFakeTimers();
  const sent: string[] = [];
  const send: EventTransport["send"] = async ({ requestId }) => void sent.push(requestId);
  const transport = { ...IMPATIENT, send };
  const desk = new ChannelDesk({
    transport: () => transport,
    timeoutMs: 60_000,
    session: "s",
    clock: () => Date.now(),
    logger: SILENT_LOGGER,
  });
  return { desk, sent };
}

test("an event whose time is over holds the next one back until its turn ends", async () => {
  const { signal } = new AbortController();
  const { desk, sent } = openDesk();
  const first = desk.send({ requestId: "req_1", conversation: "c", text: "slow" }, signal);
  desk.send({ requestId: "req_2", conversation: "c", text: "next" }, signal);
  await desk.hear({ type: "prompt", ...OURS, text: "req_1" }, signal);
  await vi.advanceTimersByTimeAsync(61_000);
  expect(first.isWanted).toBe(false);
  expect(sent).toEqual(["req_1"]);
  expect(desk.reply({ requestId: "req_1", text: "late", isDone: false })).toBe("left");
  await desk.hear({ type: "stop", ...OURS }, signal);
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual(["req_1", "req_2"]);
  desk.failAll();
});

test("it does not wait for ever: a person may have stopped Claude, of which no hook tells", async () => {
  const { signal } = new AbortController();
  const { desk, sent } = openDesk();
  desk.send({ requestId: "req_1", conversation: "c", text: "slow" }, signal);
  desk.send({ requestId: "req_2", conversation: "c", text: "next" }, signal);
  await desk.hear({ type: "prompt", ...OURS, text: "req_1" }, signal);
  await vi.advanceTimersByTimeAsync(119_000);
  expect(sent).toEqual(["req_1"]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(sent).toEqual(["req_1", "req_2"]);
  desk.failAll();
});

test("what Claude showed is the answer when the hook of its end has an empty one", async () => {
  const { signal } = new AbortController();
  const { desk } = openDesk();
  const exchange = desk.send({ requestId: "req_1", conversation: "c", text: "hello" }, signal);
  await desk.hear({ type: "prompt", ...OURS, text: "req_1" }, signal);
  await desk.hear({ type: "display", ...OURS, messageId: "m", text: "Hello you." }, signal);
  await desk.hear({ type: "stop", ...OURS, lastText: "" }, signal);
  const events = await Array.fromAsync(exchange.events);
  expect(events.filter(({ type }) => type === "text")).toMatchObject([{ text: "Hello you." }]);
});
