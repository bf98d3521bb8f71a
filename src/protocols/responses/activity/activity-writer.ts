import type { ActivityEnd } from "../../../core/words/turn-event.ts";
import type { Events } from "../output/output-writer.ts";

/** Writes one activity of Claude Code. */
export interface ActivityWriter {
  start(): Events;
  end(end: ActivityEnd): Events;
  /** Called when the activity is known to be running, for writers that have not begun its item by themselves. */
  begin?(): Events;
  /** Called when the turn ends before the activity does. */
  cut(): Events;
  /** Whether nothing has been written yet. */
  readonly isDeferrable?: boolean;
}
