import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createDemoResponder } from "./demo-responder.ts";
import { MessagesRoute } from "./messages-route.ts";
import type { RecordedRequest } from "./recorded-request.ts";
import { ConnectionLost, ReplyConnection } from "./reply-connection.ts";
import type { RequestCondition } from "./request-log.ts";
import { modelNamed } from "./rules/models.ts";
import type { ModelRules } from "./rules/model-rules.ts";
import type { Answers, Responder } from "./script.ts";
import { sendHttp } from "./send-reply.ts";
import { answerSideRoute } from "./side-route.ts";

export interface ScriptedModelOptions {
  /** Answers requests that no script covers. Default: the demo's answers, without pauses. */
  respond?: Responder;
  /** Default: any free port. */
  port?: number;
  /** How many requests are kept in `requests`, the oldest leaving first. Default 1000. */
  recordLimit?: number;
  /** Refuse what the real API refuses, by model and with its own words (see `rules/`). Default true. */
  strict?: boolean;
  /**
   * Whether replies are sent as scripted, or as one of today's models would give them: with thinking first, without its text
   * unless asked for, with text between tool calls as thinking. Default `as-scripted`.
   */
  plays?: "as-scripted" | "as-the-model";
  /** More models besides today's, by id, each with the id of the model that it behaves like. */
  models?: Readonly<Record<string, string>>;
  /** Called with the message of every refusal. */
  onRefusal?: (message: string) => void;
}

/**
 * An Anthropic Messages API on loopback that answers from a script, so that the real Claude Code runs
 * without an account and without the internet.
 */
export class ScriptedModel {
  /** `http://127.0.0.1:<port>`, the value for ANTHROPIC_BASE_URL. */
  readonly url: string;
  readonly #server: Server;
  readonly #route: MessagesRoute;

  constructor(server: Server, route: MessagesRoute, port: number) {
    this.#server = server;
    this.#route = route;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** The newest `POST /v1/messages`, oldest first, without probes. */
  get requests(): readonly RecordedRequest[] {
    return this.#route.log.entries;
  }

  /** Requests that Claude Code sent only to find out whether a model exists. */
  get probes(): readonly RecordedRequest[] {
    return this.#route.probeLog.entries;
  }

  /** Messages of the refusals, by the real API's rules, since they were last taken. */
  get rejections(): readonly string[] {
    return this.#route.rejections;
  }

  /** Takes the refusals that a test wanted, so that they no longer count against it. */
  takeRejections(): string[] {
    return this.#route.rejections.splice(0);
  }

  /** Replaces the script. A list is used up one per request; then the default responder answers. */
  respondWith(answers: Answers): void {
    this.#route.script.set(answers);
  }

  respondToProbesWith(answers: Answers): void {
    this.#route.probeScript.set(answers);
  }

  /**
   * The n-th request since the last `clear()`, or the first recorded one that fits, as soon as it is
   * there. Rejects after `timeoutMs` (default 10 s) and on `close()`.
   */
  waitForRequest(condition: RequestCondition, timeoutMs = 10_000): Promise<RecordedRequest> {
    return this.#route.log.waitFor(condition, timeoutMs);
  }

  /** Forgets all requests and scripts, but not the refusals. Replies under way continue. */
  clear(): void {
    this.#route.clear();
  }

  /** Stops listening and destroys the open connections. */
  async close(): Promise<void> {
    this.#route.close();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

export async function startScriptedModel(options: ScriptedModelOptions = {}): Promise<ScriptedModel> {
  const finder = modelFinder(options.models ?? {});
  const route = new MessagesRoute({
    respond: options.respond ?? createDemoResponder(),
    recordLimit: options.recordLimit ?? 1000,
    strict: options.strict ?? true,
    plays: options.plays ?? "as-scripted",
    findModel: finder,
    onRefusal: options.onRefusal ?? (() => {}),
  });
  // No time limits: the script and its client decide how long a reply hangs.
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
    // A bug of the scripted model itself: cut this connection, so that the client notices.
    handle(route, finder, request, response).catch((error: unknown) => response.destroy(toError(error)));
  });
  const port = await listen(server, options.port ?? 0);
  return new ScriptedModel(server, route, port);
}

type FindModel = (id: string) => ModelRules | undefined;

function modelFinder(added: Readonly<Record<string, string>>): FindModel {
  const known = new Map(
    Object.entries(added).map(([id, like]) => {
      const rules = modelNamed(like);
      if (!rules) throw new Error(`There is no model ${like}`);
      return [id, { ...rules, id }] as const;
    }),
  );
  return (id) => known.get(id) ?? modelNamed(id);
}

async function handle(
  route: MessagesRoute,
  finder: FindModel,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const connection = new ReplyConnection(response);
  const method = request.method ?? "GET";
  const path = request.url ?? "/";
  const url = new URL(path, "http://127.0.0.1");
  try {
    const source = await readBody(request);
    const incoming = { path, headers: request.headers, source: source ?? "" };
    if (source === undefined) {
      await sendHttp(route.refuseTooLarge(), connection);
    } else if (method === "POST" && url.pathname === "/v1/messages") {
      await route.handle(incoming, connection);
    } else if (method === "POST" && url.pathname === "/v1/messages/count_tokens") {
      await sendHttp(route.count(incoming), connection);
    } else {
      await sendHttp(answerSideRoute(method, url, finder), connection);
    }
  } catch (error) {
    if (!connection.signal.aborted && !(error instanceof ConnectionLost)) throw error;
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("No TCP port was assigned"));
      else resolve(address.port);
    });
  });
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** The API's own limit. */
const maxBytes = 32 * 1024 * 1024;

/** The whole body, or undefined when it is larger than the API accepts. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    // Proof: no encoding is set on the request, so its chunks are buffers.
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size <= maxBytes) chunks.push(bytes);
    else chunks.length = 0;
  }
  return size <= maxBytes ? Buffer.concat(chunks).toString("utf8") : undefined;
}
