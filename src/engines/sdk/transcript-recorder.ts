import type { TranscriptEntry } from "../../core/transcript.ts";

/**
 * Puts Claude Code's messages together as Claude's own history has them. Claude Code hands out an answer block by block, each
 * as a message of its own with the same id; in the history they are one.
 */
export class TranscriptRecorder {
  #messageId: string | undefined;
  #blocks: unknown[] = [];

  /** Takes blocks of an answer; returns the answer before it, now complete. */
  addAssistant(messageId: string, blocks: readonly unknown[]): TranscriptEntry | undefined {
    const complete = this.#messageId === messageId ? undefined : this.flush();
    this.#messageId = messageId;
    this.#blocks.push(...blocks);
    return complete;
  }

  /** The answer so far, as complete. */
  flush(): TranscriptEntry | undefined {
    const blocks = this.#blocks;
    this.#blocks = [];
    this.#messageId = undefined;
    return blocks.length > 0 ? { role: "assistant", content: blocks } : undefined;
  }
}
