import type { ActivityEnd } from "../../../core/words/turn-event.ts";
import type { Events } from "../output/output-writer.ts";

/** Writes one thing that Claude Code does by itself. */
export interface ActivityWriter {
  start(): Events;
  end(end: ActivityEnd): Events;
  /** It is known to run; for those that have not begun by themselves. */
  begin?(): Events;
  /** The turn ends before it. */
  cut(): Events;
  /** Nothing is written yet. */
  readonly isDeferrable?: boolean;
}
