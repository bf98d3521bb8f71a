import { isRecord } from "../../../lib/is-record.ts";
import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { CallWriter } from "./call-writer.ts";
import type { Events, ItemEnd, ItemSlot, OutputWriter } from "./output-writer.ts";
import { readObject } from "../read-object.ts";

const OPTIONAL: Readonly<Record<string, "number" | "string">> = {
  timeout_ms: "number",
  user: "string",
  working_directory: "string",
};

/** Writes a call of the client's own shell in its older form: one program with its arguments. */
export class LocalShellCallWriter implements CallWriter {
  readonly #slot: ItemSlot;
  readonly #callId: string;

  constructor(output: OutputWriter, callId: string) {
    this.#slot = output.open("lsh");
    this.#callId = callId;
  }

  *start(): Events {
    yield this.#slot.added(this.#item({}, "in_progress"));
  }

  *add(): Events {}

  *end(whole: string): Events {
    yield this.#slot.done(this.#item(readObject(whole), "completed"));
  }

  *cut(): Events {
    yield this.#slot.done(this.#item({}, "incomplete"));
  }

  #item(fields: JsonObject, status: ItemEnd | "in_progress"): JsonObject {
    const action = isRecord(fields["action"]) ? fields["action"] : fields;
    const optional = Object.entries(OPTIONAL).flatMap(([name, type]) =>
      typeof action[name] === type ? [[name, action[name]]] : [],
    );
    return {
      id: this.#slot.id,
      type: "local_shell_call",
      status,
      call_id: this.#callId,
      action: {
        type: "exec",
        command: commandOf(action["command"]),
        env: environmentOf(action["env"]),
        ...Object.fromEntries(optional),
      },
    };
  }
}

function commandOf(command: unknown): readonly string[] {
  if (typeof command === "string") return ["bash", "-lc", command];
  return Array.isArray(command) ? command.filter((word) => typeof word === "string") : [];
}

function environmentOf(value: unknown): JsonObject {
  if (!isRecord(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([, text]) => typeof text === "string"));
}
