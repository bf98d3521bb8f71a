import { AnswerTimer, type TimedAnswer } from "../measure/timed-answer.ts";
import { type ScriptedAnswer, writeAnswer, writeCallStart } from "../model/bench-script.ts";
import type { ChatCall, ChatMessage } from "./chat-message.ts";

/** Of a stream's chunk, what the bench reads. */
export interface ChatChoice {
  readonly index: number;
  readonly delta: {
    readonly content?: string | null;
    readonly tool_calls?: readonly {
      readonly index: number;
      readonly id?: string;
      readonly function?: { readonly name?: string; readonly arguments?: string };
    }[];
  };
}

interface OpenCall {
  readonly id: string;
  readonly name: string;
  text: string;
}

/** Puts one choice of a stream together and takes its times. Made at the moment in which the request is sent. */
export class ChoiceReader {
  readonly #timer = new AnswerTimer();
  readonly #calls: OpenCall[] = [];
  #content = "";

  add({ content, tool_calls: calls = [] }: ChatChoice["delta"]): void {
    if (content) {
      this.#content += content;
      this.#timer.addText(content);
    }
    for (const { index, id, function: part } of calls) {
      if (id !== undefined && part?.name !== undefined) {
        this.#calls.push({ id, name: part.name, text: "" });
        this.#timer.addText(writeCallStart(part.name));
      }
      const call = this.#calls[index];
      if (!call || !part?.arguments) continue;
      call.text += part.arguments;
      this.#timer.addText(part.arguments);
    }
  }

  /** @throws Error when the answer is not the expected one. */
  finish(
    expected: ScriptedAnswer,
  ): TimedAnswer & { readonly message: ChatMessage; readonly calls: readonly ChatCall[] } {
    const timed = this.#timer.finish("Turnpike", writeAnswer(expected));
    const calls = this.#calls.map(({ id, name, text }): ChatCall => {
      return { id, type: "function", function: { name, arguments: text } };
    });
    const content = this.#content;
    const message = { role: "assistant", content, ...(calls.length > 0 && { tool_calls: calls }) } as const;
    return { ...timed, message, calls };
  }
}
