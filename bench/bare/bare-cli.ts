import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";

import type { SessionSpec } from "../../src/core/ports/engine-session.ts";
import type { ProcessSettings } from "../../src/engines/claude/process-settings.ts";
import { sessionOptions } from "../../src/engines/claude/start-options.ts";
import { LineSplitter } from "../../src/engines/cli/line-splitter.ts";
import {
  initializeRequest,
  startArguments,
  startEnvironment,
} from "../../src/engines/cli/start-arguments.ts";
import type { CleanUp } from "../../src/lib/clean-up.ts";
import { endProcess } from "../measure/end-process.ts";
import { AnswerTimer, type TimedAnswer } from "../measure/timed-answer.ts";
import { answer, writeAnswer, writePrompt } from "../model/bench-script.ts";

/** `claude -p` with stream-json, without Turnpike, started as its engine `cli` starts it. */
export class BareCli {
  readonly #executable: string;
  readonly #settings: ProcessSettings;
  readonly #cleanUp: CleanUp;

  constructor(executable: string, settings: ProcessSettings, cleanUp: CleanUp) {
    this.#executable = executable;
    this.#settings = settings;
    this.#cleanUp = cleanUp;
  }

  start(spec: SessionSpec, tag: string): BareCliSession {
    const mode = spec.kind.systemPrompt === "client" ? "dontAsk" : "acceptEdits";
    const options = sessionOptions(spec, mode, this.#settings);
    const child = spawn(this.#executable, startArguments(options, { asks: false }), {
      cwd: options.cwd,
      env: { ...startEnvironment(options) },
      stdio: ["pipe", "pipe", "ignore"],
      detached: true,
    });
    this.#cleanUp.defer(() => endProcess(child, 2_000));
    const request = initializeRequest(options, {});
    child.stdin.write(`${JSON.stringify({ type: "control_request", request_id: randomUUID(), request })}\n`);
    return new BareCliSession(child, tag);
  }
}

/** One process, told turn by turn; each answer is checked. */
export class BareCliSession {
  readonly #child: ChildProcess;
  readonly #tag: string;
  readonly #prompts: string[] = [];
  #onText: (text: string) => void = () => {};
  #onResult: () => void = () => {};

  constructor(child: ChildProcess, tag: string) {
    this.#child = child;
    this.#tag = tag;
    const lines = new LineSplitter();
    child.stdout?.on("data", (chunk: Buffer) => {
      for (const line of lines.take(chunk)) this.#read(line);
    });
  }

  /** One turn, timed from the write of its message. */
  async ask(words: number): Promise<TimedAnswer> {
    const prompt = writePrompt(this.#tag, words);
    this.#prompts.push(prompt);
    const ended = Promise.withResolvers<void>();
    const timer = new AnswerTimer();
    this.#onText = (text) => timer.addText(text);
    this.#onResult = ended.resolve;
    const message = { type: "user", parent_tool_use_id: null, message: { role: "user", content: prompt } };
    this.#child.stdin?.write(`${JSON.stringify(message)}\n`);
    const died = once(this.#child, "exit").then(() => {
      throw new Error("Claude Code ended in the middle of a turn.");
    });
    died.catch(() => {});
    await Promise.race([ended.promise, died]);
    return timer.finish("claude -p", writeAnswer(answer({ prompts: this.#prompts, results: 0 })));
  }

  /** Ends the process and waits until it is gone. */
  async end(): Promise<void> {
    const gone = once(this.#child, "exit");
    this.#child.stdin?.end();
    await gone;
  }

  #read(line: string): void {
    // Proof for the cast: stream-json; what is read of it is checked by the answer as a whole.
    const { type, event } = JSON.parse(line) as { type: string; event?: { delta?: { text?: string } } };
    const text = type === "stream_event" ? event?.delta?.text : undefined;
    if (text !== undefined) this.#onText(text);
    if (type === "result") this.#onResult();
  }
}
