import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { TokenPrompt } from "../../core/ports/token-counter.ts";
import type { ModelTarget } from "../../core/words/profile.ts";
import { isRecord } from "../../lib/is-record.ts";
import { type ApiAccess, findApiAccess } from "./api-access.ts";
import { countRequest, type ToTranscript } from "./count-request.ts";
import { countedModel } from "./counted-model.ts";
import { createPostJson, type JsonAnswer, type PostJson } from "./post-json.ts";

export interface ApiTokenCounterParts {
  /** The part of the server's environment that Claude Code sees. */
  readonly environment: Readonly<Record<string, string>>;
  readonly toTranscript: ToTranscript;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly post?: PostJson;
}

/** The API's maximum request size. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;
/** How long an API is not called after it could not be reached, refused the key or did not know the route. */
const PAUSE_MS = 60_000;
const MAX_PAUSE_MS = 10 * 60_000;

/**
 * Counts with the model's API, which is free. Only with a key, through the address that Claude Code uses too: see decision 12.
 */
export class ApiTokenCounter {
  readonly #parts: ApiTokenCounterParts;
  readonly #post: PostJson;
  /** When an API may be called again, keyed by address and credentials. */
  readonly #pausedUntil = new Map<string, number>();

  constructor(parts: ApiTokenCounterParts) {
    this.#parts = parts;
    this.#post = parts.post ?? createPostJson(parts.environment);
  }

  /** Undefined: the API cannot count this prompt, or not now. Rejects only when the signal aborts. */
  async count(prompt: TokenPrompt, target: ModelTarget, signal: AbortSignal): Promise<number | undefined> {
    const { environment, toTranscript, clock } = this.#parts;
    const access = findApiAccess({ ...environment, ...target.profile.environment });
    if (!access || clock() < (this.#pausedUntil.get(keyOf(access)) ?? 0)) return undefined;
    const model = countedModel(target);
    const request = model === undefined ? undefined : countRequest(prompt, model, toTranscript);
    const body = request && JSON.stringify(request);
    if (body === undefined || Buffer.byteLength(body) > MAX_BODY_BYTES) return undefined;
    const url = `${access.url}/v1/messages/count_tokens`;
    try {
      return this.#read(await this.#post(url, access.headers, body, signal), access);
    } catch (error) {
      if (!signal.aborted || isTimeout(signal)) this.#pause(access, PAUSE_MS, error);
      signal.throwIfAborted();
      return undefined;
    }
  }

  #read({ status, headers, body }: JsonAnswer, access: ApiAccess): number | undefined {
    const tokens = status === 200 && isRecord(body) ? body["input_tokens"] : undefined;
    if (typeof tokens === "number" && Number.isSafeInteger(tokens) && tokens >= 0) return tokens;
    // Concerns only this prompt.
    if (status === 400 || status === 413) return undefined;
    const retryAfterMs = Number(headers["retry-after"]) * 1000;
    const pauseMs = retryAfterMs > 0 ? Math.min(retryAfterMs, MAX_PAUSE_MS) : PAUSE_MS;
    this.#pause(access, pauseMs, new Error(`The model's API gave status ${status} for a token count.`));
    return undefined;
  }

  #pause(access: ApiAccess, pauseMs: number, error: unknown): void {
    this.#pausedUntil.set(keyOf(access), this.#parts.clock() + pauseMs);
    this.#parts.logger.info("tokens.not-counted", { pauseMs, error });
  }
}

/** Whether the API was too slow, as opposed to an abort because nobody needs the count. */
function isTimeout({ reason }: AbortSignal): boolean {
  return reason instanceof DOMException && reason.name === "TimeoutError";
}

/** There is at most one key for each profile with its own credentials, besides the shared one. */
function keyOf({ url, headers }: ApiAccess): string {
  return JSON.stringify([url, headers]);
}
