import { Agent, type IncomingMessage, request } from "node:http";

import { createParser } from "eventsource-parser";

import type { HealthReport } from "../../src/core/ports/health.ts";
import type {
  ConversationDetailsBody,
  ConversationListBody,
} from "../../src/protocols/conversations/format-conversation.ts";
import { delay } from "../../src/lib/time.ts";
import type { TimedAnswer } from "../measure/timed-answer.ts";
import type { ScriptedAnswer } from "../model/bench-script.ts";
import type { ChatCall, ChatMessage } from "./chat-message.ts";
import { type ChatChoice, ChoiceReader } from "./choice-reader.ts";
import type { TurnpikeServer } from "./turnpike-server.ts";

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly object[];
  readonly conversationId?: string;
}

export interface ResponseRequest {
  readonly model: string;
  readonly input: string;
  /** The response that it goes on from. */
  readonly previousId?: string;
}

export interface TurnpikeAnswer extends TimedAnswer {
  /** To be sent back with the next request. */
  readonly message: ChatMessage;
  readonly calls: readonly ChatCall[];
  /** Absent when the server sent its headers, to show that it lives, before the turn's time had come. */
  readonly placement: string | undefined;
  readonly conversationId: string | undefined;
}

/** A bare HTTP client: nothing between the clock and the socket but the parsing of events. */
export class TurnpikeClient {
  readonly #server: TurnpikeServer;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(server: TurnpikeServer) {
    this.#server = server;
  }

  get processId(): number {
    return this.#server.processId;
  }

  /** A streamed turn. Rejects when the answer is not the expected one. */
  async ask(chat: ChatRequest, expected: ScriptedAnswer): Promise<TurnpikeAnswer> {
    const [only] = await this.askForBranches(chat, expected, 1);
    if (!only) throw new Error("There is no answer.");
    return only;
  }

  /** The same with so many answers (`n`), each of them as expected. */
  async askForBranches(
    chat: ChatRequest,
    expected: ScriptedAnswer,
    count: number,
  ): Promise<readonly TurnpikeAnswer[]> {
    const { conversationId, ...rest } = chat;
    const body = Buffer.from(JSON.stringify({ ...rest, stream: true, ...(count > 1 && { n: count }) }));
    const readers = Array.from({ length: count }, () => new ChoiceReader());
    const response = await this.#send("POST", "/v1/chat/completions", body, {
      "content-type": "application/json",
      ...(conversationId === undefined ? {} : { "x-conversation-id": conversationId }),
    });
    if (response.statusCode !== 200) throw await unexpected(response);
    const parser = createParser({
      onEvent: ({ data }) => {
        if (data === "[DONE]") return;
        // Proof enough for a bench: what is not such a chunk makes a wrong answer, which fails.
        const { choices = [] } = JSON.parse(data) as { choices?: readonly ChatChoice[] };
        for (const { index, delta } of choices) readers[index]?.add(delta);
      },
    });
    for await (const text of response.setEncoding("utf8")) parser.feed(String(text));
    return readers.map((reader) => ({
      ...reader.finish(expected),
      placement: readHeader(response, "x-turnpike-placement"),
      conversationId: readHeader(response, "x-conversation-id"),
    }));
  }

  /** A streamed response of the Responses API, stored as is its default. Rejects when the answer is not the expected one. */
  async respond(
    { model, input, previousId }: ResponseRequest,
    expected: ScriptedAnswer,
  ): Promise<TurnpikeAnswer & { readonly responseId: string }> {
    const chain = previousId === undefined ? {} : { previous_response_id: previousId };
    const body = Buffer.from(JSON.stringify({ model, input, stream: true, ...chain }));
    const reader = new ChoiceReader();
    let responseId = "";
    const response = await this.#send("POST", "/v1/responses", body, { "content-type": "application/json" });
    if (response.statusCode !== 200) throw await unexpected(response);
    const parser = createParser({
      onEvent: ({ data }) => {
        // Proof enough for a bench: what is not such an event makes a wrong answer, which fails.
        const event = JSON.parse(data) as { type: string; delta?: string; response?: { id: string } };
        if (event.type === "response.output_text.delta") reader.add({ content: event.delta ?? "" });
        if (event.type === "response.completed") responseId = event.response?.id ?? "";
      },
    });
    for await (const text of response.setEncoding("utf8")) parser.feed(String(text));
    return {
      ...reader.finish(expected),
      placement: readHeader(response, "x-turnpike-placement"),
      conversationId: readHeader(response, "x-conversation-id"),
      responseId,
    };
  }

  /** Ends the conversation's process; `forget` also deletes the conversation. */
  async removeConversation(id: string, mode: "evict" | "forget"): Promise<void> {
    await this.#json("DELETE", `/conversations/${id}?mode=${mode}`);
  }

  /** Forgets whatever there is, named or not. */
  async forgetAll(): Promise<void> {
    // Proof: the type of what this route answers with.
    const { data } = (await this.#json("GET", "/conversations?limit=100")) as ConversationListBody;
    for (const { id } of data) await this.removeConversation(id, "forget");
  }

  async showConversation(id: string): Promise<ConversationDetailsBody> {
    // Proof: the type of what this route answers with.
    return (await this.#json("GET", `/conversations/${id}`)) as ConversationDetailsBody;
  }

  /** Resolves when the server is ready, its spares stand and no process is starting. */
  async untilQuiet(): Promise<void> {
    for (;;) {
      // Proof: the type of what this route answers with.
      const { status, problem, spares, sessions } = (await this.#json("GET", "/health")) as HealthReport;
      if (status === "not-ready") throw new Error(`Turnpike is not ready: ${problem ?? "no reason given"}`);
      const isQuiet = spares.ready === spares.limit && spares.starting + sessions.starting === 0;
      if (status === "ready" && isQuiet) return;
      await delay(20);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  async #json(method: string, path: string): Promise<unknown> {
    const response = await this.#send(method, path);
    if (response.statusCode !== 200) throw await unexpected(response);
    return JSON.parse(await readText(response)) as unknown;
  }

  #send(
    method: string,
    path: string,
    body?: Buffer,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const authorization = `Bearer ${this.#server.apiKey}`;
      const length = body === undefined ? {} : { "content-length": body.length };
      const sent = request(this.#server.url + path, {
        method,
        agent: this.#agent,
        headers: { authorization, ...length, ...headers },
      });
      sent.once("response", resolve).once("error", reject).end(body);
    });
  }
}

function readHeader({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}

async function unexpected(response: IncomingMessage): Promise<Error> {
  return new Error(`Turnpike answered ${response.statusCode ?? "?"}: ${await readText(response)}`);
}

async function readText(response: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += String(chunk);
  return text;
}
