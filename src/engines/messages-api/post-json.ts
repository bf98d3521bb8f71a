import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";

import { readJson } from "../../lib/read-json.ts";

export interface JsonAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  /** Undefined when it is not JSON. */
  readonly body: unknown;
}

export type PostJson = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
) => Promise<JsonAnswer>;

/** A longer response cannot be the requested answer. */
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * Sends JSON over keep-alive connections, through the proxy that the environment names, as Claude Code does. Rejects when there
 * is no response.
 */
export function createPostJson(environment: Readonly<Record<string, string>>): PostJson {
  const options = { keepAlive: true, proxyEnv: { ...environment } };
  const agents = { http: new HttpAgent(options), https: new HttpsAgent(options) };
  return (url, headers, body, signal) =>
    new Promise((resolve, reject) => {
      const isSecure = url.startsWith("https:");
      const send = isSecure ? requestHttps : requestHttp;
      const request = send(url, {
        method: "POST",
        agent: isSecure ? agents.https : agents.http,
        headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
        signal,
      });
      request.on("error", reject);
      request.on("response", (response) => {
        readAnswer(response).then(
          (read) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: read }),
          reject,
        );
      });
      request.end(body);
    });
}

async function readAnswer(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    // Proof for the cast: no encoding is set.
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > MAX_ANSWER_BYTES) throw new Error("The answer is too long.");
    chunks.push(bytes);
  }
  return readJson(Buffer.concat(chunks).toString("utf8"));
}
