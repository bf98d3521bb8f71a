import Anthropic from "@anthropic-ai/sdk";

import type { HttpOptions } from "../../src/http/http-options.ts";
import {
  KEY,
  sendRaw,
  startScriptedServer,
  type RawAnswer,
  type ScriptedServer,
  type TurnScript,
} from "./scripted-server.ts";

export const MESSAGES_PATH = "/v1/messages";
export const ASK = {
  model: "sonnet",
  max_tokens: 1000,
  messages: [{ role: "user", content: "hello" }],
} satisfies Anthropic.MessageCreateParamsNonStreaming;

export interface MessagesBed {
  readonly server: ScriptedServer;
  readonly client: Anthropic;
  /** A request by hand, for what the official client would not send or show. */
  post(
    extra?: Readonly<Record<string, unknown>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<RawAnswer>;
}

/** A server whose turns follow a script, and Anthropic's official client to it. */
export async function startMessagesBed(
  script: TurnScript,
  options: Partial<HttpOptions> = {},
): Promise<MessagesBed> {
  const server = await startScriptedServer(script, { options });
  return {
    server,
    client: new Anthropic({ apiKey: KEY, authToken: null, baseURL: server.url, maxRetries: 0 }),
    post: (extra = {}, headers = {}) =>
      sendRaw(server, {
        method: "POST",
        path: MESSAGES_PATH,
        headers: { "x-api-key": KEY, "content-type": "application/json", ...headers },
        body: JSON.stringify({ ...ASK, ...extra }),
      }),
  };
}

/** The events of a stream as they stand in its text. */
export function readSse(text: string): { readonly event: string; readonly data: unknown }[] {
  return text
    .split("\n\n")
    .filter((block) => block !== "")
    .map((block) => {
      const [, event = "", data = ""] = /^event: (\w+)\ndata: ([^\n]+)$/.exec(block) ?? [];
      return { event, data: JSON.parse(data) as unknown };
    });
}
