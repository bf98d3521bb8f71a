import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

import type { Query, SDKMessage, SDKUserMessage } from "@anthropic-ai/claude-agent-sdk";

import type { ClientTool } from "../../src/core/words/client-tool.ts";
import type { ClientToolDesk } from "../../src/engines/claude/tools/client-tool-desk.ts";
import type { PushQueue } from "../../src/lib/push-queue.ts";
import {
  answer,
  resultOf,
  writeAnswer,
  writeCallStart,
  writePrompt,
  writeToolPrompt,
} from "../model/bench-script.ts";
import { AnswerTimer, type TimedAnswer } from "../measure/timed-answer.ts";

export interface BareSessionParts {
  readonly query: Query;
  readonly input: PushQueue<SDKUserMessage>;
  readonly child: () => ChildProcess;
  readonly tag: string;
  /** What was asked before this process started. */
  readonly prompts?: readonly string[] | undefined;
  /** Was given to the process at its start, when it is to have tools. */
  readonly desk?: ClientToolDesk | undefined;
}

/** One `query()` of the SDK with streaming input; each answer is checked. */
export class BareSession {
  readonly #parts: BareSessionParts;
  readonly #prompts: string[];
  #openCalls: string[] = [];
  #results = 0;

  constructor(parts: BareSessionParts) {
    this.#parts = parts;
    this.#prompts = [...(parts.prompts ?? [])];
  }

  get processId(): number {
    return this.#parts.child().pid ?? 0;
  }

  /** One turn, timed from the push of its message, or from `timer` when the clock runs already. */
  ask(words: number, timer = new AnswerTimer()): Promise<TimedAnswer> {
    const prompt = writePrompt(this.#parts.tag, words);
    this.#prompts.push(prompt);
    return this.#take(prompt, timer);
  }

  /** The turn that ends with the first calls of these tools. */
  async callTools(
    tools: readonly ClientTool[],
    rounds: number,
    timer = new AnswerTimer(),
  ): Promise<TimedAnswer> {
    const { desk, query, tag } = this.#parts;
    const servers = desk?.offer(tools);
    if (!servers) throw new Error("This session was not started for tools, or has them already.");
    await query.setMcpServers(servers);
    const prompt = writeToolPrompt(tag, rounds);
    this.#prompts.push(prompt);
    return this.#take(prompt, timer);
  }

  /** The turn that begins with the results of the last turn's calls, all in one message. */
  giveResults(): Promise<TimedAnswer> {
    const ids = this.#openCalls.splice(0);
    this.#results += ids.length;
    const content = ids.map((id) => {
      return { type: "tool_result", tool_use_id: id, content: resultOf(id) } as const;
    });
    return this.#take(content, new AnswerTimer());
  }

  /** Ends the process and waits until it is gone. */
  async end(): Promise<void> {
    const child = this.#parts.child();
    const gone = child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined;
    this.#parts.input.end();
    await gone;
    this.#parts.query.close();
  }

  async #take(content: SDKUserMessage["message"]["content"], timer: AnswerTimer): Promise<TimedAnswer> {
    const { query, input } = this.#parts;
    input.push({ type: "user", parent_tool_use_id: null, message: { role: "user", content } });
    for (;;) {
      const { value: message, done } = await query.next();
      if (done) throw new Error("Claude Code ended in the middle of a turn.");
      const text = this.#read(message);
      if (text) timer.addText(text);
      if (message.type === "result") break;
    }
    const expected = answer({ prompts: this.#prompts, results: this.#results });
    return timer.finish("The bare SDK", writeAnswer(expected));
  }

  /** What a message adds to the answer. */
  #read(message: SDKMessage): string | undefined {
    if (message.type !== "stream_event") return undefined;
    const { event } = message;
    if (event.type === "content_block_start" && event.content_block.type === "tool_use") {
      this.#openCalls.push(event.content_block.id);
      return writeCallStart(event.content_block.name);
    }
    if (event.type !== "content_block_delta") return undefined;
    if (event.delta.type === "text_delta") return event.delta.text;
    return event.delta.type === "input_json_delta" ? event.delta.partial_json : undefined;
  }
}
