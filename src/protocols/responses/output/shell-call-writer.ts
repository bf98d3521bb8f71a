import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { CallWriter } from "./call-writer.ts";
import type { Events, ItemEnd, ItemSlot, OutputWriter } from "./output-writer.ts";
import { readObject, wholeNumberOrNull } from "../read-object.ts";

/** Writes a call of the client's own shell. */
export class ShellCallWriter implements CallWriter {
  readonly #slot: ItemSlot;
  readonly #callId: string;

  constructor(output: OutputWriter, callId: string) {
    this.#slot = output.open("sh");
    this.#callId = callId;
  }

  *start(): Events {
    yield this.#slot.added(this.#item(shellAction([]), "in_progress"));
  }

  *add(): Events {}

  *end(whole: string): Events {
    const fields = readObject(whole);
    const commands = commandsOf(fields);
    yield* writeCommands(this.#slot, commands);
    const { timeout_ms: timeoutMs, max_output_length: maxLength } = fields;
    yield this.#slot.done(this.#item(shellAction(commands, timeoutMs, maxLength), "completed"));
  }

  *cut(): Events {
    yield this.#slot.done(this.#item(shellAction([]), "incomplete"));
  }

  #item(action: JsonObject, status: ItemEnd | "in_progress"): JsonObject {
    return shellCall(this.#slot.id, { callId: this.#callId, action, status, environment: { type: "local" } });
  }
}

/** Writes the commands of a shell call, each in one piece. */
export function* writeCommands(slot: ItemSlot, commands: readonly string[]): Events {
  for (const [index, command] of commands.entries()) {
    yield slot.namelessEvent("shell_call_command.added", { command_index: index, command: "" });
    if (command !== "")
      yield slot.namelessEvent("shell_call_command.delta", { command_index: index, delta: command });
    yield slot.namelessEvent("shell_call_command.done", { command_index: index, command });
  }
}

export function shellAction(
  commands: readonly string[],
  timeoutMs?: unknown,
  maxLength?: unknown,
): JsonObject {
  return {
    commands,
    timeout_ms: wholeNumberOrNull(timeoutMs),
    max_output_length: wholeNumberOrNull(maxLength),
  };
}

export function shellCall(
  id: string,
  call: {
    readonly callId: string;
    readonly action: JsonObject;
    readonly status: ItemEnd | "in_progress";
    readonly environment: JsonObject;
  },
): JsonObject {
  const { callId, ...fields } = call;
  return { id, type: "shell_call", call_id: callId, ...fields };
}

function commandsOf(fields: JsonObject): readonly string[] {
  const commands = fields["commands"] ?? fields["command"];
  const list: readonly unknown[] = Array.isArray(commands) ? commands : [commands];
  return list.filter((command) => typeof command === "string");
}
