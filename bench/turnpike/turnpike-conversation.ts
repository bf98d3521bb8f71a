import type { ClientTool } from "../../src/core/words/client-tool.ts";
import {
  answer,
  resultOf,
  type ScriptedAnswer,
  writeAnswer,
  writePrompt,
  writeToolPrompt,
} from "../model/bench-script.ts";
import type { ChatCall, ChatMessage } from "./chat-message.ts";
import type { ChatRequest, TurnpikeAnswer, TurnpikeClient } from "./turnpike-client.ts";

export interface TurnpikeConversationOptions {
  readonly client: TurnpikeClient;
  readonly model: string;
  /** Unlike any other of this run. */
  readonly tag: string;
  /**
   * `resent`: each request brings all messages. `kept`: the conversation is named and brings only the new one. `chained`: each is
   * a response that goes on from the one before.
   */
  readonly history: ConversationHistory;
  /** Declared in each request. */
  readonly tools?: readonly ClientTool[] | undefined;
}

export type ConversationHistory = "resent" | "kept" | "chained";

type Placement = string | undefined;

/** A client's conversation with Turnpike; each turn's placement and answer are checked. */
export class TurnpikeConversation {
  readonly #options: TurnpikeConversationOptions;
  readonly #tools: readonly object[] | undefined;
  readonly #prompts: string[] = [];
  readonly #messages: ChatMessage[] = [];
  #openCalls: readonly ChatCall[] = [];
  #results = 0;
  #id: string | undefined;
  #responseId: string | undefined;

  constructor(options: TurnpikeConversationOptions) {
    this.#options = options;
    this.#tools = options.tools?.map(({ name, description, inputSchema: parameters }) => {
      return { type: "function", function: { name, description, parameters } };
    });
    if (options.history === "kept") this.#id = options.tag;
  }

  /** Of the server that it is held with. */
  get serverProcessId(): number {
    return this.#options.client.processId;
  }

  get id(): string {
    if (this.#id === undefined) throw new Error("A conversation has an id after its first turn.");
    return this.#id;
  }

  /** So many turns that were held elsewhere: the server has never seen them. */
  bring(turns: number): void {
    for (let turn = 0; turn < turns; turn += 1) {
      const prompt = writePrompt(this.#options.tag, 20);
      this.#prompts.push(prompt);
      this.#messages.push(
        { role: "user", content: prompt },
        { role: "assistant", content: writeAnswer(this.#expected()) },
      );
    }
  }

  /** The same conversation without its last so many turns; both can go on. */
  branch(turns: number): TurnpikeConversation {
    const branch = new TurnpikeConversation(this.#options);
    branch.#prompts.push(...this.#prompts.slice(0, -turns));
    branch.#messages.push(...this.#messages.slice(0, -2 * turns));
    return branch;
  }

  /** Says in its first message something else than before; all that came after stays. */
  edit(): void {
    const prompt = writePrompt(this.#options.tag, 10);
    this.#prompts[0] = prompt;
    this.#messages[0] = { role: "user", content: prompt };
  }

  /** One turn. `placements`: how Turnpike may serve it; anything else is a failure. */
  ask(words: number, ...placements: readonly Placement[]): Promise<TurnpikeAnswer> {
    const prompt = writePrompt(this.#options.tag, words);
    this.#prompts.push(prompt);
    if (this.#options.history === "chained") return this.#respond(prompt, placements);
    return this.#send([{ role: "user", content: prompt }], placements);
  }

  /** The turn that ends with the first calls of its tools. */
  callTools(rounds: number, ...placements: readonly Placement[]): Promise<TurnpikeAnswer> {
    const prompt = writeToolPrompt(this.#options.tag, rounds);
    this.#prompts.push(prompt);
    return this.#send([{ role: "user", content: prompt }], placements);
  }

  /** The turn that begins with the results of the last turn's calls. */
  giveResults(...placements: readonly Placement[]): Promise<TurnpikeAnswer> {
    this.#results += this.#openCalls.length;
    const results = this.#openCalls.map(({ id }) => {
      return { role: "tool", tool_call_id: id, content: resultOf(id) } as const;
    });
    return this.#send(results, placements);
  }

  /** One turn with so many answers (`n`), of which none goes on here; `placements` tell of the first. */
  async askForBranches(
    words: number,
    count: number,
    ...placements: readonly Placement[]
  ): Promise<readonly TurnpikeAnswer[]> {
    const prompt = writePrompt(this.#options.tag, words);
    this.#prompts.push(prompt);
    this.#messages.push({ role: "user", content: prompt });
    const answers = await this.#options.client.askForBranches(
      this.#request(this.#messages),
      this.#expected(),
      count,
    );
    for (const each of answers) this.#requirePlacement(each, placements);
    return answers;
  }

  /** Ends its process; the next turn has to resume. */
  async evict(): Promise<void> {
    await this.#options.client.removeConversation(this.id, "evict");
  }

  async forget(): Promise<void> {
    await this.#options.client.removeConversation(this.id, "forget");
  }

  async #send(messages: readonly ChatMessage[], placements: readonly Placement[]): Promise<TurnpikeAnswer> {
    const { client, history } = this.#options;
    this.#messages.push(...messages);
    const sent = history === "resent" ? this.#messages : messages;
    const received = await client.ask(this.#request(sent), this.#expected());
    this.#requirePlacement(received, placements);
    this.#messages.push(received.message);
    this.#openCalls = received.calls;
    this.#id ??= received.conversationId;
    return received;
  }

  async #respond(input: string, placements: readonly Placement[]): Promise<TurnpikeAnswer> {
    const { client, model } = this.#options;
    const previous = this.#responseId === undefined ? {} : { previousId: this.#responseId };
    const received = await client.respond({ model, input, ...previous }, this.#expected());
    this.#requirePlacement(received, placements);
    this.#responseId = received.responseId;
    this.#id ??= received.conversationId;
    return received;
  }

  #request(messages: readonly ChatMessage[]): ChatRequest {
    const { model, tag, history } = this.#options;
    return {
      model,
      messages,
      ...(this.#tools && { tools: this.#tools }),
      ...(history === "kept" && { conversationId: tag }),
    };
  }

  #expected(): ScriptedAnswer {
    return answer({ prompts: this.#prompts, results: this.#results });
  }

  #requirePlacement({ placement }: TurnpikeAnswer, placements: readonly Placement[]): void {
    if (placements.includes(placement)) return;
    const turn = this.#prompts.length;
    const wanted = placements.join(" or ");
    throw new Error(`Turn ${turn} was ${placement ?? "without a placement"}, not ${wanted}.`);
  }
}
