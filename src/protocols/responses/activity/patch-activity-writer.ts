import type { ActivityEnd } from "../../../core/words/turn-event.ts";
import { activityPrefix } from "./activity-items.ts";
import type { ActivityWriter } from "./activity-writer.ts";
import { patchCall } from "../output/apply-patch-call-writer.ts";
import { type FileChange, changeFromDetails } from "./file-change.ts";
import type { Events, ItemSlot, OutputWriter } from "../output/output-writer.ts";

interface Patch {
  /** The change that Claude Code set out to make. */
  readonly change: FileChange;
  readonly showPath: (path: string) => string;
  readonly callId: string;
}

/** Writes a file change by Claude Code, with its result as an item of its own. */
export class PatchActivityWriter implements ActivityWriter {
  readonly #output: OutputWriter;
  readonly #slot: ItemSlot;
  readonly #patch: Patch;

  constructor(output: OutputWriter, patch: Patch) {
    this.#output = output;
    this.#slot = output.open(activityPrefix("apc"));
    this.#patch = patch;
  }

  *start(): Events {
    yield this.#slot.added(this.#call(this.#patch.change, "in_progress"));
  }

  *end({ isError, output, details }: ActivityEnd): Events {
    const { change } = this.#patch;
    yield this.#slot.done(this.#call(details ? changeFromDetails(change, details) : change, "completed"));
    yield* this.#result(isError ? "failed" : "completed", output);
  }

  *cut(): Events {
    yield this.#slot.done(this.#call(this.#patch.change, "completed"));
    // The call's own item cannot say this.
    yield* this.#result("failed", "The turn ended before the file was written.");
  }

  *#result(status: "completed" | "failed", output: string): Events {
    const slot = this.#output.open(activityPrefix("apco"));
    const { callId } = this.#patch;
    const item = { id: slot.id, type: "apply_patch_call_output", call_id: callId, status, output };
    yield slot.added(item);
    yield slot.done(item);
  }

  #call(change: FileChange, status: "in_progress" | "completed") {
    const operation = { ...change, path: this.#patch.showPath(change.path) };
    return patchCall(this.#slot.id, this.#patch.callId, operation, status);
  }
}
