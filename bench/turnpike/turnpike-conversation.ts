import { answerPrompts, writePrompt } from "../model/bench-script.ts";
import type { TurnpikeAnswer, TurnpikeClient } from "./turnpike-client.ts";

export interface TurnpikeConversationOptions {
  readonly client: TurnpikeClient;
  readonly model: string;
  /** Unlike any other of this run. */
  readonly tag: string;
  /** `resent`: each request brings all messages. `kept`: the conversation is named and brings only the new one. */
  readonly history: "resent" | "kept";
}

/** A client's conversation with Turnpike; each turn's placement and answer are checked. */
export class TurnpikeConversation {
  readonly #options: TurnpikeConversationOptions;
  readonly #prompts: string[] = [];
  readonly #messages: { role: string; content: string }[] = [];
  #id: string | undefined;

  constructor(options: TurnpikeConversationOptions) {
    this.#options = options;
    if (options.history === "kept") this.#id = options.tag;
  }

  get id(): string {
    if (this.#id === undefined) throw new Error("A conversation has an id after its first turn.");
    return this.#id;
  }

  /** One turn. `placements`: how Turnpike may serve it; anything else is a failure. */
  async ask(words: number, ...placements: readonly (string | undefined)[]): Promise<TurnpikeAnswer> {
    const { client, model, tag, history } = this.#options;
    const prompt = writePrompt(tag, words);
    this.#prompts.push(prompt);
    const message = { role: "user", content: prompt };
    this.#messages.push(message);
    const answer = await client.ask(
      history === "resent"
        ? { model, messages: this.#messages }
        : { model, messages: [message], conversationId: tag },
      answerPrompts(this.#prompts).join(""),
    );
    if (!placements.includes(answer.placement)) {
      const { placement = "without a placement" } = answer;
      throw new Error(`Turn ${this.#prompts.length} was ${placement}, not ${placements.join(" or ")}.`);
    }
    this.#messages.push({ role: "assistant", content: answer.text });
    this.#id ??= answer.conversationId;
    return answer;
  }

  /** Ends its process; the next turn has to resume. */
  async evict(): Promise<void> {
    await this.#options.client.removeConversation(this.id, "evict");
  }

  async forget(): Promise<void> {
    await this.#options.client.removeConversation(this.id, "forget");
  }
}
