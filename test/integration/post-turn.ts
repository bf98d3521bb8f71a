import type { Turnpike } from "./start-turnpike.ts";

/** One question, said in the words of each protocol. */
export const PROTOCOLS = ["chat", "responses", "messages"] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export interface AskOptions {
  readonly stream?: boolean;
  readonly model?: string;
}

/** A plain request with nothing but a question in it. */
export function postTurn(
  turnpike: Turnpike,
  protocol: Protocol,
  question: string,
  { stream = false, model = "sonnet" }: AskOptions = {},
): Promise<Response> {
  const messages = [{ role: "user", content: question }];
  const [path, body] = {
    chat: ["/v1/chat/completions", { messages }] as const,
    responses: ["/v1/responses", { input: question }] as const,
    messages: ["/v1/messages", { messages, max_tokens: 1000 }] as const,
  }[protocol];
  return turnpike.fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model, stream, ...body }),
  });
}
