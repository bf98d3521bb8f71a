import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

import type { Query, SDKMessage, SDKUserMessage } from "@anthropic-ai/claude-agent-sdk";

import type { PushQueue } from "../../src/lib/push-queue.ts";
import { answerPrompts, writePrompt } from "../model/bench-script.ts";
import { AnswerTimer, type TimedAnswer } from "../measure/timed-answer.ts";

export interface BareSessionParts {
  readonly query: Query;
  readonly input: PushQueue<SDKUserMessage>;
  readonly child: () => ChildProcess;
  readonly tag: string;
  /** What was asked before this process started. */
  readonly prompts?: readonly string[] | undefined;
}

/** One `query()` of the SDK with streaming input; each answer is checked. */
export class BareSession {
  readonly #parts: BareSessionParts;
  readonly #prompts: string[];

  constructor(parts: BareSessionParts) {
    this.#parts = parts;
    this.#prompts = [...(parts.prompts ?? [])];
  }

  get processId(): number {
    return this.#parts.child().pid ?? 0;
  }

  /** One turn, timed from the push of its message, or from `timer` when the clock runs already. */
  async ask(words: number, timer = new AnswerTimer()): Promise<TimedAnswer> {
    const { query, input, tag } = this.#parts;
    const prompt = writePrompt(tag, words);
    this.#prompts.push(prompt);
    input.push({
      type: "user",
      parent_tool_use_id: null,
      message: { role: "user", content: prompt },
    });
    for (;;) {
      const { value: message, done } = await query.next();
      if (done) throw new Error("Claude Code ended in the middle of a turn.");
      const text = textOf(message);
      if (text !== undefined) timer.addText(text);
      if (message.type === "result") break;
    }
    return timer.finish("The bare SDK", answerPrompts(this.#prompts).join(""));
  }

  /** Ends the process and waits until it is gone. */
  async end(): Promise<void> {
    const child = this.#parts.child();
    const gone = child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined;
    this.#parts.input.end();
    await gone;
    this.#parts.query.close();
  }
}

function textOf(message: SDKMessage): string | undefined {
  if (message.type !== "stream_event" || message.event.type !== "content_block_delta") return undefined;
  const { delta } = message.event;
  return delta.type === "text_delta" ? delta.text : undefined;
}
