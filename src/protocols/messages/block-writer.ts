import { assertNever } from "../../lib/assert-never.ts";
import type { TurnEvent } from "../../core/words/turn-event.ts";
import type { BlockDelta, BlockEvent, StartedBlock } from "./block-event.ts";
import type { ThinkingDisplay } from "./parse-sampling.ts";

/** Puts what a turn says into content blocks, in the order in which it arrives. */
export class BlockWriter {
  readonly #thinking: ThinkingDisplay;
  #index = -1;
  #open: StartedBlock["type"] | undefined;
  #hasArguments = false;

  constructor(thinking: ThinkingDisplay) {
    this.#thinking = thinking;
  }

  *write(event: TurnEvent): Generator<BlockEvent> {
    switch (event.type) {
      case "text-delta":
        if (event.text === "") return;
        yield* this.#continueBlock(TEXT);
        yield this.#delta({ type: "text_delta", text: event.text });
        return;
      case "reasoning-delta":
        if (event.text === "" || this.#thinking === "none") return;
        yield* this.#continueBlock(THINKING);
        if (this.#thinking === "full") yield this.#delta({ type: "thinking_delta", thinking: event.text });
        return;
      case "reasoning-end":
        if (this.#thinking === "none") return;
        if (event.signature === undefined) {
          if (this.#open === "thinking") yield* this.close();
          return;
        }
        yield* this.#continueBlock(THINKING);
        yield this.#delta({ type: "signature_delta", signature: event.signature });
        yield* this.close();
        return;
      case "reasoning-redacted":
        if (this.#thinking === "none") return;
        yield* this.#begin({ type: "redacted_thinking", data: event.data });
        yield* this.close();
        return;
      case "tool-call-start":
        yield* this.#begin({
          type: "tool_use",
          id: event.callId,
          name: event.name,
          input: {},
          caller: { type: "direct" },
        });
        this.#hasArguments = false;
        return;
      case "tool-call-delta":
        if (event.text === "") return;
        this.#hasArguments = true;
        yield this.#delta({ type: "input_json_delta", partial_json: event.text });
        return;
      case "tool-call-end":
        // Arguments that did not arrive in pieces are sent as one.
        if (!this.#hasArguments && event.arguments !== "") {
          yield this.#delta({ type: "input_json_delta", partial_json: event.arguments });
        }
        yield* this.close();
        return;
      case "turn-start":
      case "activity-start":
      case "activity-progress":
      case "activity-end":
      case "file-change":
      case "file-changes":
      case "notice":
      case "mcp-tools":
      case "approval-request":
      case "permission-request":
      case "permission-resolved":
      case "transcript-append":
      case "turn-end":
      case "turn-error":
        // The Messages API cannot express what Claude Code does by itself.
        return;
      default:
        assertNever(event);
    }
  }

  /** Ends the block that is open. */
  *close(): Generator<BlockEvent> {
    if (this.#open === undefined) return;
    this.#open = undefined;
    yield { type: "content_block_stop", index: this.#index };
  }

  *#continueBlock(block: StartedBlock): Generator<BlockEvent> {
    if (this.#open !== block.type) yield* this.#begin(block);
  }

  *#begin(block: StartedBlock): Generator<BlockEvent> {
    yield* this.close();
    this.#index += 1;
    this.#open = block.type;
    yield { type: "content_block_start", index: this.#index, content_block: block };
  }

  #delta(delta: BlockDelta): BlockEvent {
    return { type: "content_block_delta", index: this.#index, delta };
  }
}

const TEXT: StartedBlock = { type: "text", text: "", citations: null };
const THINKING: StartedBlock = { type: "thinking", thinking: "", signature: "" };
