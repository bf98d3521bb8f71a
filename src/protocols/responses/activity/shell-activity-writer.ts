import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { ActivityEnd } from "../../../core/words/turn-event.ts";
import { activityPrefix } from "./activity-items.ts";
import type { ActivityWriter } from "./activity-writer.ts";
import type { Events, ItemEnd, ItemSlot, OutputWriter } from "../output/output-writer.ts";
import { shellAction, shellCall, writeCommands } from "../output/shell-call-writer.ts";
import { type ShellResult, shellResult } from "./shell-result.ts";

interface Command {
  readonly command: string;
  readonly timeoutMs?: number;
  readonly callId: string;
  /** Shows that the command runs here, not on the client's side. */
  readonly containerId: string;
}

/** Writes a command of Claude Code, with its output as an item of its own. */
export class ShellActivityWriter implements ActivityWriter {
  readonly #output: OutputWriter;
  readonly #slot: ItemSlot;
  readonly #command: Command;

  constructor(output: OutputWriter, command: Command) {
    this.#output = output;
    this.#slot = output.open(activityPrefix("sh"));
    this.#command = command;
  }

  *start(): Events {
    const { command } = this.#command;
    yield this.#slot.added(this.#call([], "in_progress"), () => this.#call([command], "in_progress"));
    yield* writeCommands(this.#slot, [command]);
  }

  *end(end: ActivityEnd): Events {
    yield this.#slot.done(this.#call([this.#command.command], "completed"));
    const result = shellResult(end);
    const slot = this.#output.open(activityPrefix("sho"));
    yield slot.added(this.#result(slot.id, [], "in_progress"));
    if (result.stdout !== "") {
      yield slot.event("shell_call_output_content.delta", {
        command_index: 0,
        delta: { stdout: result.stdout },
      });
    }
    if (result.stderr !== "") {
      yield slot.event("shell_call_output_content.delta", {
        command_index: 0,
        delta: { stderr: result.stderr },
      });
    }
    yield slot.event("shell_call_output_content.done", { command_index: 0, output: [result] });
    yield slot.done(this.#result(slot.id, [result], "completed"));
  }

  *cut(): Events {
    yield this.#slot.done(this.#call([this.#command.command], "incomplete"));
  }

  #call(commands: readonly string[], status: ItemEnd | "in_progress"): JsonObject {
    const { callId, timeoutMs, containerId } = this.#command;
    return shellCall(this.#slot.id, {
      callId,
      action: shellAction(commands, timeoutMs),
      status,
      environment: { type: "container_reference", container_id: containerId },
    });
  }

  #result(id: string, output: readonly ShellResult[], status: ItemEnd | "in_progress"): JsonObject {
    const { callId } = this.#command;
    return { id, type: "shell_call_output", call_id: callId, status, output, max_output_length: null };
  }
}
