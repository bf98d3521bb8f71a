import type { FileChange } from "../../../core/words/file-change.ts";
import { activityCallId, activityPrefix } from "./activity-items.ts";
import { type ChangeOperation, changeOperations } from "./change-operations.ts";
import { patchCall } from "../output/apply-patch-call-writer.ts";
import type { Events, OutputWriter } from "../output/output-writer.ts";

/** How many of a turn's changes that no tool reported become items; the response object lists them all. */
const MAX_ITEMS = 100;

/** Writes files that commands changed, as the items that Claude Code's own tools would have given. */
export class FileChangesWriter {
  readonly #output: OutputWriter;
  readonly #turnPart: string;
  /** Paths that an item of this response already shows. */
  readonly #shown = new Set<string>();

  constructor(output: OutputWriter, turnPart: string) {
    this.#output = output;
    this.#turnPart = turnPart;
  }

  /** Notes that there is an item for this path. */
  shown(path: string): void {
    this.#shown.add(path);
  }

  *write(changes: readonly FileChange[]): Events {
    const untold = changes.filter(
      ({ type, path }) => type === "deleted" || type === "renamed" || !this.#shown.has(path),
    );
    for (const change of untold.slice(0, MAX_ITEMS)) {
      for (const operation of changeOperations(change)) yield* this.#item(operation);
    }
  }

  *#item({ operation, remark }: ChangeOperation): Events {
    const call = this.#output.open(activityPrefix("apc"));
    const callId = activityCallId(`${this.#turnPart}_${call.index}`);
    yield call.added(patchCall(call.id, callId, operation, "in_progress"));
    yield call.done(patchCall(call.id, callId, operation, "completed"));
    const result = this.#output.open(activityPrefix("apco"));
    const item = {
      id: result.id,
      type: "apply_patch_call_output",
      call_id: callId,
      status: "completed",
      output: remark,
    };
    yield result.added(item);
    yield result.done(item);
  }
}
