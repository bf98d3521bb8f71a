import { once } from "node:events";
import { connect, type Socket } from "node:net";

import type { Clock } from "../../core/ports/clock.ts";
import { delay } from "../../lib/time.ts";
import type { EventTransport, OutgoingEvent } from "./event-transport.ts";
import { tagEvent } from "./render-event.ts";
import { SendAllowance, type SendRate } from "./send-allowance.ts";

/** The session's inbox, as Claude Code tells it to the processes that it starts. */
export interface InboxAddress {
  readonly socket: string;
  readonly token: string;
}

/** Longer lines are dropped without a word; in characters, the escapes of JSON included. */
const MAX_LINE = 1_048_576;

/** Claude Code takes thirty at once and then one in two seconds; what comes faster is dropped without a word. */
export const INBOX_RATE: SendRate = { burst: 28, perSecond: 0.45 };

const CONNECT_TIMEOUT_MS = 3_000;

/** Writes events into the session's inbox, where they wait for a turn of their own. */
export class InboxTransport implements EventTransport {
  readonly name = "inbox";
  readonly waitsForItsTurn = true;
  readonly reason: string;
  readonly #address: InboxAddress;
  readonly #allowance: SendAllowance;

  constructor(address: InboxAddress, reason: string, clock: Clock, rate: SendRate = INBOX_RATE) {
    this.#address = address;
    this.reason = reason;
    this.#allowance = new SendAllowance(rate, clock);
  }

  fits(event: OutgoingEvent): boolean {
    return toLine(event).length <= MAX_LINE;
  }

  async send(event: OutgoingEvent, signal: AbortSignal): Promise<void> {
    const waitMs = this.#allowance.take();
    if (waitMs > 0) await delay(waitMs, signal);
    const { socket, token } = this.#address;
    const connection = await openSocket(socket, signal);
    try {
      const auth = JSON.stringify({ type: "auth", token });
      const ended = once(connection, "finish", { signal });
      connection.end(`${auth}\n${toLine(event)}\n`);
      await ended;
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }
}

/** Whether something listens there. Says nothing to it. */
export async function canReachInbox({ socket }: InboxAddress): Promise<boolean> {
  try {
    (await openSocket(socket, new AbortController().signal)).destroy();
    return true;
  } catch {
    return false;
  }
}

async function openSocket(path: string, signal: AbortSignal): Promise<Socket> {
  const socket = connect(path);
  try {
    await once(socket, "connect", {
      signal: AbortSignal.any([signal, AbortSignal.timeout(CONNECT_TIMEOUT_MS)]),
    });
    // Nothing is read from it, and a break after the event was written changes nothing.
    socket.on("error", () => {}).resume();
    return socket;
  } catch (error) {
    socket.on("error", () => {}).destroy();
    throw error;
  }
}

function toLine({ requestId, conversation, text }: OutgoingEvent): string {
  return JSON.stringify({
    type: "user",
    // Waits for a turn of its own, instead of joining the one that runs.
    priority: "later",
    message: { role: "user", content: tagEvent(text, { request_id: requestId, conversation }) },
  });
}
