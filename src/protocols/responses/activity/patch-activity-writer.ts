import type { ActivityEnd } from "../../../core/words/turn-event.ts";
import type { FileEdit } from "../../../core/words/work.ts";
import { activityPrefix } from "./activity-items.ts";
import type { ActivityWriter } from "./activity-writer.ts";
import { patchCall } from "../output/apply-patch-call-writer.ts";
import type { Events, ItemSlot, OutputWriter } from "../output/output-writer.ts";

interface Patch {
  /** The change that Claude Code set out to make. */
  readonly edit: FileEdit;
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
    yield this.#slot.added(this.#call(this.#patch.edit, "in_progress"));
  }

  *end({ isError, output, result }: ActivityEnd): Events {
    const edit = result?.type === "file-edit" ? result.edit : this.#patch.edit;
    yield this.#slot.done(this.#call(edit, "completed"));
    yield* this.#result(isError ? "failed" : "completed", output);
  }

  *cut(): Events {
    yield this.#slot.done(this.#call(this.#patch.edit, "completed"));
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

  #call({ path, isNew, diff }: FileEdit, status: "in_progress" | "completed") {
    const type = isNew ? ("create_file" as const) : ("update_file" as const);
    const operation = { type, path: this.#patch.showPath(path), diff };
    return patchCall(this.#slot.id, this.#patch.callId, operation, status);
  }
}
