import type { EventTransport, OutgoingEvent } from "./event-transport.ts";

/** Sends a notification to Claude Code over MCP. */
export type Notify = (method: string, params: Readonly<Record<string, unknown>>) => Promise<void>;

/** Far more than a context window holds; Claude Code itself states no limit. */
const MAX_TEXT = 1_048_576;

/** The channel of Claude Code: notifications of an MCP server, which it writes into the conversation as tagged events. */
export class NotificationTransport implements EventTransport {
  readonly name = "channel";
  /** What comes while Claude works is shown to it as something to know, not as something to do. */
  readonly waitsForItsTurn = false;
  readonly reason: string;
  readonly #notify: Notify;

  constructor(notify: Notify, reason: string) {
    this.#notify = notify;
    this.reason = reason;
  }

  fits({ text }: OutgoingEvent): boolean {
    return text.length <= MAX_TEXT;
  }

  send({ requestId, conversation, text }: OutgoingEvent): Promise<void> {
    // Claude Code writes the tag and its `source` itself. Keys must be names: others are left out.
    const meta = { request_id: requestId, conversation };
    return this.#notify("notifications/claude/channel", { content: text, meta });
  }
}
