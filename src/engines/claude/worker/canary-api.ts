import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as readText } from "node:stream/consumers";

import { isRecord } from "../../../lib/is-record.ts";
import { readJson } from "../../../lib/read-json.ts";

/** The status of every refusal: the one after which Claude Code does not try again, whatever cloud it takes this for. */
export const REFUSED_STATUS = 413;

/** What a process sent: what it was given, something else, or nothing, as where it finds no credentials. */
export type Heard = "song" | "noise" | "silence";

/** A canary under way. */
export interface Canary {
  /** The base URL that the process is to call. */
  readonly url: string;
  /** The messages that it is to send there in place of its own. */
  readonly messages: readonly object[];
}

/**
 * A Messages API on loopback, in each cloud's form, that hears whether a process sends the request that it is given. What Claude
 * Code makes of `CLAUDE_CODE_EXTRA_BODY` is undocumented, and an organisation's policy can switch it off without a word: the
 * model would then answer a stand-in. Asking here costs no tokens.
 */
export class CanaryApi {
  readonly #server: Server;
  readonly #canaries = new Map<string, { heard: Heard }>();

  constructor(server: Server) {
    this.#server = server;
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.#hear(request, response).catch(() => response.destroy());
    });
  }

  static async open(): Promise<CanaryApi> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    server.unref();
    return new CanaryApi(server);
  }

  /** Where a process may call that is to call nobody any more: it is refused. */
  get deadEnd(): string {
    return this.#urlOf("dead-end");
  }

  /**
   * Whether the process has sent exactly these messages, and an empty system text, by the end of `sing`, which says whether all
   * else went well.
   */
  async prove(sing: (canary: Canary) => Promise<boolean>): Promise<Heard> {
    const word = randomBytes(16).toString("hex");
    const canary: { heard: Heard } = { heard: "silence" };
    this.#canaries.set(word, canary);
    try {
      const url = this.#urlOf(word);
      const hasSung = await sing({ url, messages: [{ role: "user", content: word }] });
      return hasSung || canary.heard !== "song" ? canary.heard : "noise";
    } finally {
      this.#canaries.delete(word);
    }
  }

  #urlOf(word: string): string {
    // Proof: it listens on a TCP port.
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/${word}`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { word = "", form } = CALL.exec(request.url ?? "")?.groups ?? {};
    const canary = this.#canaries.get(word);
    const body = readJson(await readText(request));
    if (canary && isRecord(body)) {
      const { messages, system } = body;
      const wanted = JSON.stringify([[{ role: "user", content: word }], []]);
      canary.heard = JSON.stringify([messages, system]) === wanted ? "song" : "noise";
      // Bedrock's answers have a form of their own. A refusal says as much.
      if (form !== BEDROCK) {
        response.writeHead(200, { "content-type": "text/event-stream" }).end(SONG);
        return;
      }
    }
    response.writeHead(REFUSED_STATUS, { "content-type": "application/json" }).end(REFUSAL);
  }
}

const BEDROCK = "/invoke-with-response-stream";
/** A call of the model: of the Messages API, or as Vertex or Bedrock has it. */
const CALL =
  /^\/(?<word>[0-9a-f]+)\/.*?(?<form>v1\/messages|:streamRawPredict|\/invoke-with-response-stream)(?:\?|$)/;

const SONG = [
  {
    type: "message_start",
    message: {
      id: "msg_canary",
      type: "message",
      role: "assistant",
      model: "canary",
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 0, output_tokens: 0 },
    },
  },
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "." } },
  { type: "content_block_stop", index: 0 },
  {
    type: "message_delta",
    delta: { stop_reason: "end_turn", stop_sequence: null },
    usage: { output_tokens: 0 },
  },
  { type: "message_stop" },
]
  .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  .join("");

const REFUSAL = JSON.stringify({
  type: "error",
  error: { type: "request_too_large", message: "Nobody asks for this." },
});
