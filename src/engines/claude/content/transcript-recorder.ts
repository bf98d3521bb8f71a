import type { TranscriptEntry } from "../../../core/words/transcript.ts";

/**
 * Joins Claude Code's messages as Claude's own history has them. Claude Code delivers an answer block by block, each as a message
 * of its own with the same id; in the history they are one.
 */
export class TranscriptRecorder {
  #messageId: string | undefined;
  #model = "";
  #blocks: unknown[] = [];

  /** Adds blocks of an answer. Returns the answer before it, which is now complete. */
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

  /** Whether an answer has begun that is not complete yet. */
  get hasPending(): boolean {
    return this.#blocks.length > 0;
  }

  /** Returns the answer so far as complete, without the blocks for which `isKept` is false, and with the `added` ones. */
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
