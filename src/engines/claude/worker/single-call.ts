import type { ClaudeMessage } from "../claude-messages.ts";
import { isCall, isResult } from "../content/call-ids.ts";

type UserMessage = Extract<ClaudeMessage, { type: "user" }>;

/**
 * Reads what a process says that calls the model once and has no tools, as that of a turn which ends with the client's calls. Such a
 * process answers every call itself, by saying that there is no such tool, and then reports that it has no turn left.
 */
export class SingleCall {
  /** The names of the client's tools. */
  readonly #offered: ReadonlySet<string>;
  readonly #clientCallIds = new Set<string>();

  constructor(offered: ReadonlySet<string>) {
    this.#offered = offered;
  }

  isClientTool(name: string): boolean {
    return this.#offered.has(name);
  }

  /** The message as the turn has it; undefined when it is not part of the turn. */
  read(message: ClaudeMessage): ClaudeMessage | undefined {
    switch (message.type) {
      case "assistant":
        // A call is answered before its block has ended, so the ids are noted as they come.
        for (const block of message.message.content) {
          if (isCall(block) && this.isClientTool(String(block.name))) this.#clientCallIds.add(block.id);
        }
        return message;
      case "user":
        return this.#withoutClientResults(message);
      case "result": {
        if (message.subtype !== "error_max_turns" || message.stop_reason !== "tool_use") return message;
        const { errors: _, ...rest } = message;
        return { ...rest, subtype: "success", is_error: false, result: "" };
      }
      default:
        return message;
    }
  }

  /** The model is told what it made up; the client's calls are the client's to answer. */
  #withoutClientResults(message: UserMessage): UserMessage | undefined {
    const { role, content } = message.message;
    // What Claude Code says to the model otherwise, such as that its answer broke off.
    if (role !== "user" || typeof content === "string" || !content.some(isResult)) return message;
    const results = content.filter((block) => isResult(block) && !this.#clientCallIds.has(block.tool_use_id));
    return results.length === 0 ? undefined : { ...message, message: { role, content: results } };
  }
}
