/** An event for Claude. */
export interface OutgoingEvent {
  readonly requestId: string;
  readonly conversation: string;
  readonly text: string;
}

/** A way for events into the session. None of them tells whether an event was taken. */
export interface EventTransport {
  readonly name: "channel" | "inbox";
  /** Why this one is used; for people. */
  readonly reason: string;
  /** Whether an event that comes while Claude is at work waits for a turn of its own, instead of being read on the side. */
  readonly waitsForItsTurn: boolean;
  /** Whether the event is small enough to be taken. */
  fits(event: OutgoingEvent): boolean;
  /** Resolves when the event is on its way; may wait until the session takes another one. Rejects when it cannot be sent. */
  send(event: OutgoingEvent, signal: AbortSignal): Promise<void>;
}
