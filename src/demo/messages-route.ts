import { httpError } from "./build-fault.ts";
import { rateLimitHeaders } from "./build-headers.ts";
import { reply, textBlock } from "./build-reply.ts";
import { type Incoming, type InspectionOptions, inspectRequest } from "./inspect-request.ts";
import { playModel } from "./play-model.ts";
import { PromptCache } from "./prompt-cache.ts";
import { RecordedRequest } from "./recorded-request.ts";
import { ConnectionLost, type ReplyConnection } from "./reply-connection.ts";
import { jsonReply } from "./json-reply.ts";
import type { HttpReply, MessageReply, Reply } from "./reply.ts";
import { RequestLog } from "./request-log.ts";
import { type ApiRequest, thinkingOf } from "./rules/api-request.ts";
import { droppedThinking } from "./rules/check-signatures.ts";
import { countInputTokens } from "./rules/count-input-tokens.ts";
import type { Problem } from "./rules/problem.ts";
import { type Responder, Script } from "./script.ts";
import { sealReply } from "./seal-reply.ts";
import { type ReplyContext, sendHttp, sendReply, type Sent } from "./send-reply.ts";
import type { MessagesBody } from "./messages-body.ts";

export interface MessagesRouteOptions extends InspectionOptions {
  respond: Responder;
  recordLimit: number;
  plays: "as-scripted" | "as-the-model";
  onRefusal: (message: string) => void;
}

const maxRejections = 100;
const MAX_UNTHOUGHT_CALLS = 10_000;

/** Answers `POST /v1/messages` from the script and records it; counts the tokens of requests that it would accept. */
export class MessagesRoute {
  readonly log: RequestLog;
  readonly script: Script;
  /** Probes have their own log and script, so that they never use up a reply meant for a turn. */
  readonly probeLog: RequestLog;
  readonly probeScript = new Script(probeReply);
  readonly rejections: string[] = [];
  readonly #cache = new PromptCache();
  readonly #options: MessagesRouteOptions;
  readonly #open = new Set<RecordedRequest>();
  readonly #unthoughtCalls = new Set<string>();
  #sequence = 0;

  constructor(options: MessagesRouteOptions) {
    this.log = new RequestLog(options.recordLimit);
    this.probeLog = new RequestLog(options.recordLimit);
    this.script = new Script(options.respond);
    this.#options = { ...options, unthoughtCalls: this.#unthoughtCalls };
  }

  async handle(incoming: Incoming, connection: ReplyConnection): Promise<void> {
    const looked = inspectRequest(incoming, "create", this.#options);
    if (looked.body === undefined) {
      await sendHttp(this.#refuse(looked.problem), connection);
      return;
    }
    const { body } = looked;
    const { path, headers } = incoming;
    this.#sequence += 1;
    const request = new RecordedRequest({
      path,
      headers,
      body,
      sequence: this.#sequence,
      written: connection.written,
    });
    request.rejection = looked.problem?.message;
    this.#open.add(request);
    (isProbe(body) ? this.probeLog : this.log).add(request);
    try {
      request.markEnd(
        looked.problem
          ? await sendHttp(this.#refuse(looked.problem), connection)
          : await this.#answer(request, looked.request, connection),
      );
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
      request.markEnd("aborted");
    } finally {
      this.#open.delete(request);
    }
  }

  /** `POST /v1/messages/count_tokens` */
  count(incoming: Incoming): HttpReply {
    const looked = inspectRequest(incoming, "count", this.#options);
    if (looked.problem) return this.#refuse(looked.problem);
    const { body, model } = looked.request;
    return jsonReply({ input_tokens: countInputTokens(body, model) });
  }

  /** A body larger than the API reads at all. */
  refuseTooLarge(): HttpReply {
    return this.#refuse({ status: 413, message: "Request exceeds the maximum size" });
  }

  clear(): void {
    this.log.clear();
    this.probeLog.clear();
    this.script.reset();
    this.probeScript.reset();
  }

  close(): void {
    for (const request of this.#open) request.markEnd("broken");
    this.log.close();
    this.probeLog.close();
  }

  async #answer(request: RecordedRequest, checked: ApiRequest, connection: ReplyConnection): Promise<Sent> {
    const { body } = request;
    const chosen = await connection.wait(this.#chooseReply(request));
    const context = this.#contextOf(checked);
    return sendReply(chosen.type === "message" ? this.#finish(chosen, checked) : chosen, connection, {
      ...context,
      stream: body.stream === true,
    });
  }

  /** The part of an answer that does not depend on the reply. */
  #contextOf(request: ApiRequest): Omit<ReplyContext, "stream"> {
    const { body, model, betas } = request;
    return {
      model: body.model,
      rules: model,
      input: this.#cache.measure(body, model),
      countsThinking: betas.has("thinking-token-count-2026-05-13"),
      ...(betas.has("thinking-binding-controls-2026-08-01") && { dropped: droppedThinking(request) }),
    };
  }

  #finish(scripted: MessageReply, request: ApiRequest): MessageReply {
    const played = this.#options.plays === "as-the-model" ? playModel(scripted, request) : scripted;
    this.#noteUnthought(played, request);
    const headers = { ...ACCOUNT_HEADERS, ...rateLimitHeaders(), ...played.headers };
    return sealReply({ ...played, headers }, request.body);
  }

  /** A model that thinks by budget always thinks before a call, but a script may leave that out. */
  #noteUnthought({ blocks }: MessageReply, request: ApiRequest): void {
    const isThought = blocks.some(({ type }) => type === "thinking");
    if (thinkingOf(request)?.type !== "enabled" || isThought) return;
    if (this.#unthoughtCalls.size > MAX_UNTHOUGHT_CALLS) this.#unthoughtCalls.clear();
    for (const block of blocks) if (block.type === "tool_use") this.#unthoughtCalls.add(block.id);
  }

  async #chooseReply(request: RecordedRequest): Promise<Reply> {
    if (request.body.max_tokens === 0) return CACHE_ONLY;
    try {
      return await (isProbe(request.body) ? this.probeScript : this.script).next(request);
    } catch (error) {
      // Sent to the client rather than thrown here: in a test, its turn then fails with this text.
      const message = error instanceof Error ? error.message : String(error);
      return httpError(400, { message: `The scripted responder failed: ${message}` });
    }
  }

  #refuse({ status, message, details }: Problem): HttpReply {
    if (this.rejections.length < maxRejections) this.rejections.push(message);
    this.#options.onRefusal(message);
    return httpError(status, { message, ...(details && { details }) });
  }
}

const ACCOUNT_HEADERS = { "anthropic-organization-id": "7c5d3a5e-0000-4000-8000-scripted00000" };

/** `max_tokens: 0` only fills the prompt cache. */
const CACHE_ONLY = reply({ blocks: [], stopReason: "max_tokens", usage: { output_tokens: 0 } });

/**
 * Claude Code asks for one token, without streaming, to find out whether a model exists: once per model
 * that `setModel` switches to. A turn that is limited to one token streams.
 */
function isProbe(body: MessagesBody): boolean {
  return body.max_tokens === 1 && body.stream !== true && body.messages.length === 1;
}

function probeReply(): Reply {
  return reply({ blocks: [textBlock("I")], stopReason: "max_tokens" });
}
