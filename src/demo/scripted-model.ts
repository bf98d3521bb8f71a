import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { httpError } from "./build-fault.ts";
import { createDemoResponder } from "./demo-responder.ts";
import { MessagesRoute } from "./messages-route.ts";
import { readBody } from "./read-body.ts";
import type { RecordedRequest } from "./recorded-request.ts";
import { ConnectionLost, ReplyConnection } from "./reply-connection.ts";
import type { RequestCondition } from "./request-log.ts";
import type { Answers, Responder } from "./script.ts";
import { sendHttp } from "./send-reply.ts";
import { answerSideRoute } from "./side-route.ts";

export interface ScriptedModelOptions {
  /** Answers whatever is not scripted otherwise. Default: the demo's answers, without pauses. */
  respond?: Responder;
  /** Default: any free port. */
  port?: number;
  /** How many requests are kept in `requests`, the oldest leaving first. Default 1000. */
  recordLimit?: number;
  /** Refuse with 400 what the real API refuses, e.g. unpaired tool results. Default true. */
  strict?: boolean;
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

  /** Requests by which Claude Code only found out whether a model exists. */
  get probes(): readonly RecordedRequest[] {
    return this.#route.probeLog.entries;
  }

  /** What was refused with 400 because the real API would refuse it. */
  get rejections(): readonly string[] {
    return this.#route.rejections;
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

  /** Forgets all requests, refusals and scripts. Replies under way go on. */
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
  const route = new MessagesRoute({
    respond: options.respond ?? createDemoResponder(),
    recordLimit: options.recordLimit ?? 1000,
    strict: options.strict ?? true,
  });
  // No time limits: how long a reply hangs is for the script and its client to decide.
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
    // A bug of the scripted model itself: cut this connection, so that the client notices.
    handle(route, request, response).catch((error: unknown) => response.destroy(toError(error)));
  });
  const port = await listen(server, options.port ?? 0);
  return new ScriptedModel(server, route, port);
}

async function handle(
  route: MessagesRoute,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const connection = new ReplyConnection(response);
  const method = request.method ?? "GET";
  const path = request.url ?? "/";
  const { pathname } = new URL(path, "http://127.0.0.1");
  try {
    const source = await readBody(request);
    if (source === undefined) {
      await sendHttp(httpError(413, { message: "Request exceeds the maximum size" }), connection);
    } else if (method === "POST" && pathname === "/v1/messages") {
      await route.handle({ path, headers: request.headers, source }, connection);
    } else {
      await sendHttp(answerSideRoute(method, pathname, source), connection);
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
