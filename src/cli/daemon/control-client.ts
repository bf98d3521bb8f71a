import { type IncomingMessage, request } from "node:http";

import { isRecord } from "../../lib/is-record.ts";
import { schedule } from "../../lib/time.ts";

/** The server has refused what was asked; the message is for the person. */
export class ControlError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "ControlError";
    this.status = status;
  }
}

const NO_ANSWERS = {
  none: "No server is running.",
  silent: "The server does not answer.",
  cut: "The server ended the connection before its answer was complete.",
} as const;

/** Nobody answers there, or not to the end: `isSilent` when somebody listens all the same. */
export class NoAnswerError extends Error {
  readonly isSilent: boolean;

  constructor(what: keyof typeof NO_ANSWERS, cause: unknown) {
    super(NO_ANSWERS[what], { cause });
    this.name = "NoAnswerError";
    this.isSilent = what === "silent";
  }
}

/** A server that works answers at once. */
const PATIENCE_MS = 5_000;

/** Speaks to the server behind a socket of this machine. Each method rejects with ControlError or NoAnswerError. */
export class ControlClient {
  readonly #address: string;

  constructor(address: string) {
    this.#address = address;
  }

  /** The caller names the shape; for a server of another release that may be wrong, see `acrossReleases`. */
  get<Body>(path: string): Promise<Body> {
    return this.ask("GET", path);
  }

  post<Body>(path: string, body: object = {}): Promise<Body> {
    return this.ask("POST", path, body);
  }

  async ask<Body>(method: string, path: string, body?: object, options?: OpenOptions): Promise<Body> {
    const response = await this.open(method, path, body, options);
    const answer = await readAnswer(response);
    const status = response.statusCode ?? 0;
    if (status >= 400) throw new ControlError(status, messageOf(answer));
    // Proof for the cast: see above.
    return answer as Body;
  }

  /** An answer as it comes, such as a stream; it may take as long as it likes once it has begun. */
  open(
    method: string,
    path: string,
    body?: object,
    { headers = {}, patienceMs = PATIENCE_MS, signal }: OpenOptions = {},
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const asking = request({
        socketPath: this.#address,
        method,
        path,
        agent: false,
        headers: {
          ...(text !== undefined && {
            "content-type": "application/json",
            "content-length": Buffer.byteLength(text),
          }),
          ...headers,
        },
        ...(signal && { signal }),
      });
      let isConnected = false;
      asking.on("socket", (socket) => void socket.once("connect", () => (isConnected = true)));
      const patience =
        patienceMs > 0
          ? schedule(patienceMs, () => asking.destroy(new Error("It took too long.")))
          : undefined;
      asking.on("close", () => patience?.cancel());
      asking.on("error", (error) =>
        reject(signal?.aborted ? error : new NoAnswerError(isConnected ? "silent" : "none", error)),
      );
      asking.on("response", (response) => {
        patience?.cancel();
        resolve(response);
      });
      asking.end(text);
    });
  }
}

export interface OpenOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** How long the answer may take to begin; 0 for ever. */
  readonly patienceMs?: number;
  readonly signal?: AbortSignal;
}

/** The text of an answer as it comes. @throws NoAnswerError when the connection is cut before its end */
export async function* readText(response: IncomingMessage): AsyncGenerator<string, void, undefined> {
  try {
    for await (const piece of response.setEncoding("utf8")) yield String(piece);
  } catch (error) {
    throw new NoAnswerError("cut", error);
  }
}

/** The JSON of an answer; undefined when it is none. @throws NoAnswerError as `readText` */
export async function readAnswer(response: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const piece of readText(response)) text += piece;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What an error's body says. */
export function messageOf(body: unknown): string {
  const error = isRecord(body) ? body["error"] : undefined;
  const message = isRecord(error) ? error["message"] : undefined;
  return typeof message === "string" ? message : "The server gave an answer that this program does not know.";
}
