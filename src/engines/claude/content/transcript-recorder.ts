import type { TranscriptEntry } from "../../../core/words/transcript.ts";

/**
 * Puts Claude Code's messages together as Claude's own history has them. Claude Code hands out an answer block by block, each
 * as a message of its own with the same id; in the history they are one.
 */
export class TranscriptRecorder {
  #messageId: string | undefined;
  #model = "";
  #blocks: unknown[] = [];

  /** Takes blocks of an answer; returns the answer before it, now complete. */
  addAssistant(message: {
    readonly id: string;
    readonly model: string;
    readonly content: readonly unknown[];
  }): TranscriptEntry | undefined {
    const complete = this.#messageId === message.id ? undefined : this.flush();
    this.#messageId = message.id;
    this.#model = message.model;
    this.#blocks.push(...message.content);
    return complete;
  }

  /** Whether an answer has begun that nothing has completed yet. */
  get hasPending(): boolean {
    return this.#blocks.length > 0;
  }

  /** The answer so far, as complete; without the blocks that `isKept` is false for, and with `added` ones. */
  flush(
    isKept: (block: unknown) => boolean = () => true,
    added: readonly unknown[] = [],
  ): TranscriptEntry | undefined {
    const blocks = [...this.#blocks.filter(isKept), ...added];
    this.#blocks = [];
    this.#messageId = undefined;
    return blocks.length > 0 ? { role: "assistant", content: blocks, model: this.#model } : undefined;
  }
}
