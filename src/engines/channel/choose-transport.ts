import type { Clock } from "../../core/ports/clock.ts";
import type { TransportChoice } from "../../core/words/channel-transport.ts";
import type { EventTransport } from "./event-transport.ts";
import { canReachInbox, type InboxAddress, InboxTransport } from "./inbox-transport.ts";
import { NotificationTransport, type Notify } from "./notification-transport.ts";

export interface TransportSources {
  readonly choice: TransportChoice;
  /** Absent where Claude Code has told none. */
  readonly inbox: InboxAddress | undefined;
  readonly notify: Notify;
  readonly clock: Clock;
}

/**
 * The inbox where it can be reached, since nothing tells a server whether Claude Code listens to its channel: while the gate is
 * closed, notifications vanish. Undefined when the inbox is asked for and is not there.
 */
export async function chooseTransport(sources: TransportSources): Promise<EventTransport | undefined> {
  const { choice, inbox, notify, clock } = sources;
  if (choice === "channel")
    return new NotificationTransport(notify, "asked for; whether Claude Code listens is not told");
  if (inbox && (await canReachInbox(inbox))) {
    const why =
      choice === "inbox"
        ? "asked for"
        : "preferred, since nothing tells whether Claude Code listens to channels";
    return new InboxTransport(inbox, `the session's inbox takes connections (${why})`, clock);
  }
  if (choice === "inbox") return undefined;
  const missing = inbox
    ? "the session's inbox takes no connection"
    : "Claude Code has told no inbox of its session";
  return new NotificationTransport(notify, `${missing}; whether Claude Code listens to channels is not told`);
}
