import type { IncomingHttpHeaders } from "node:http";
import { httpError } from "./build-fault.ts";
import { findProblem } from "./find-problem.ts";
import { isProbe, probeReply } from "./probe.ts";
import { parseMessagesBody } from "./parse-messages-body.ts";
import { PromptCache } from "./prompt-cache.ts";
import { RecordedRequest } from "./recorded-request.ts";
import { ConnectionLost } from "./reply-connection.ts";
import type { ReplyConnection } from "./reply-connection.ts";
import type { Reply } from "./reply.ts";
import { RequestLog } from "./request-log.ts";
import { Script } from "./script.ts";
import type { Responder } from "./script.ts";
import { sendHttp, sendReply } from "./send-reply.ts";
import type { Sent } from "./send-reply.ts";

interface Incoming {
  path: string;
  headers: IncomingHttpHeaders;
  source: string;
}

const maxRejections = 100;

/** Answers `POST /v1/messages` from the script and records it. */
export class MessagesRoute {
  readonly log: RequestLog;
  readonly script: Script;
  /** Probes have a log and a script of their own, so that they never use up a reply meant for a turn. */
  readonly probeLog: RequestLog;
  readonly probeScript = new Script(probeReply);
  readonly rejections: string[] = [];
  readonly #cache = new PromptCache();
  readonly #strict: boolean;
  readonly #open = new Set<RecordedRequest>();
  #sequence = 0;

  constructor(options: { respond: Responder; recordLimit: number; strict: boolean }) {
    this.log = new RequestLog(options.recordLimit);
    this.probeLog = new RequestLog(options.recordLimit);
    this.script = new Script(options.respond);
    this.#strict = options.strict;
  }

  async handle(incoming: Incoming, connection: ReplyConnection): Promise<void> {
    const parsed = parseMessagesBody(incoming.source);
    if (parsed.type === "problem") {
      await this.#refuse(parsed.message, connection);
      return;
    }
    const { body } = parsed;
    const { path, headers } = incoming;
    this.#sequence += 1;
    const request = new RecordedRequest({
      path,
      headers,
      body,
      sequence: this.#sequence,
      written: connection.written,
    });
    request.rejection = this.#strict ? findProblem(body) : undefined;
    this.#open.add(request);
    (isProbe(body) ? this.probeLog : this.log).add(request);
    try {
      request.markEnd(await this.#answer(request, connection));
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
      request.markEnd("aborted");
    } finally {
      this.#open.delete(request);
    }
  }

  clear(): void {
    this.log.clear();
    this.probeLog.clear();
    this.script.reset();
    this.probeScript.reset();
    this.rejections.length = 0;
  }

  close(): void {
    for (const request of this.#open) request.markEnd("broken");
    this.log.close();
    this.probeLog.close();
  }

  async #answer(request: RecordedRequest, connection: ReplyConnection): Promise<Sent> {
    if (request.rejection !== undefined) return this.#refuse(request.rejection, connection);
    const { body } = request;
    const reply = await connection.wait(this.#chooseReply(request));
    const input = this.#cache.measure(body);
    return sendReply(reply, connection, { model: body.model, stream: body.stream === true, input });
  }

  async #chooseReply(request: RecordedRequest): Promise<Reply> {
    try {
      return await (isProbe(request.body) ? this.probeScript : this.script).next(request);
    } catch (error) {
      // Told to the client rather than thrown here: in a test, its turn then fails with this text.
      const message = error instanceof Error ? error.message : String(error);
      return httpError(400, { message: `The scripted responder failed: ${message}` });
    }
  }

  async #refuse(message: string, connection: ReplyConnection): Promise<Sent> {
    if (this.rejections.length < maxRejections) this.rejections.push(message);
    return sendHttp(httpError(400, { message }), connection);
  }
}
