import type { ChatCompletionMessageParam } from "openai/resources";
import { expect } from "vitest";

import { text } from "../../src/demo/build-reply.ts";
import type { Turnpike } from "./start-turnpike.ts";

/**
 * One conversation for several tests, so that each meets a live process without starting one: it goes on with the one in which
 * the test before it went on.
 */
export class Talk {
  readonly #shared: () => Turnpike;
  readonly #model: string;
  readonly #messages: ChatCompletionMessageParam[] = [];
  #conversation = "";

  constructor(shared: () => Turnpike, model: string) {
    this.#shared = shared;
    this.#model = model;
  }

  /** Its id at the server; empty before the first answer. */
  get conversation(): string {
    return this.#conversation;
  }

  /** Makes sure that there is a first answer. */
  async begin(): Promise<void> {
    if (this.#messages.length === 0) await this.say("hello", "one");
  }

  /** Asks something new and remembers the answer. The model forgets what it was told and asked before. */
  async say(content: string, answer: string): Promise<void> {
    const { upstream, openai } = this.#shared();
    upstream.clear();
    upstream.respondWith(text(answer));
    const messages = this.asking(content);
    const { data, response } = await openai.chat.completions
      .create({ model: this.#model, messages })
      .withResponse();
    expect(data.choices[0]?.message.content).toBe(answer);
    this.#conversation = response.headers.get("x-conversation-id") ?? "";
    this.#messages.splice(0, Infinity, ...messages, { role: "assistant", content: answer });
  }

  /** The whole conversation with a new question. */
  asking(content: string): ChatCompletionMessageParam[] {
    return [...this.#messages, { role: "user", content }];
  }
}
