import { isRecord } from "../../../lib/is-record.ts";
import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { CallWriter } from "./call-writer.ts";
import type { Events, OutputWriter } from "./output-writer.ts";
import { readObject, textOr } from "../read-object.ts";

/** Writes a patch for the client to apply. The item begins when the call is complete, since it must contain the operation. */
export class ApplyPatchCallWriter implements CallWriter {
  readonly #output: OutputWriter;
  readonly #callId: string;

  constructor(output: OutputWriter, callId: string) {
    this.#output = output;
    this.#callId = callId;
  }

  *start(): Events {}

  *add(): Events {}

  *end(whole: string): Events {
    const slot = this.#output.open("apc");
    const operation = operationOf(whole);
    yield slot.added(patchCall(slot.id, this.#callId, operation, "in_progress"));
    yield slot.done(patchCall(slot.id, this.#callId, operation, "completed"));
  }

  *cut(): Events {}
}

export function patchCall(
  id: string,
  callId: string,
  operation: JsonObject,
  status: "in_progress" | "completed",
): JsonObject {
  return { id, type: "apply_patch_call", call_id: callId, status, operation };
}

function operationOf(whole: string): JsonObject {
  const fields = readObject(whole);
  const operation = isRecord(fields["operation"]) ? fields["operation"] : fields;
  const path = textOr(operation["path"], "");
  const diff = textOr(operation["diff"], "");
  switch (operation["type"]) {
    case "delete_file":
      return { type: "delete_file", path };
    case "create_file":
      return { type: "create_file", path, diff };
    default:
      return { type: "update_file", path, diff };
  }
}
