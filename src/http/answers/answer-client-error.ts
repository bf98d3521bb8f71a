import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import { newRequestId } from "../../core/words/ids.ts";
import { formatMessagesErrorBody } from "../../protocols/messages/messages-error.ts";
import { RequestError } from "../../protocols/request-error.ts";
import { formatOpenAiError } from "../../protocols/openai-error.ts";
import { normalizePath } from "../normalize-path.ts";
import { asksMessages } from "./format-error.ts";

/** Status and message for what Node's parser refuses before there is a request. */
const ANSWERS: Readonly<Record<string, readonly [status: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "The headers of this request are too large."],
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "The request was not complete in time."],
};
const MALFORMED = ["400 Bad Request", "This is not a well-formed HTTP request."] as const;

/**
 * Answers on the bare socket, in OpenAI's shape unless Anthropic's API was asked, and closes it. Node's listener for `clientError`.
 * @param asked the request, where its headers were read
 */
export function answerClientError(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  asked?: Pick<IncomingMessage, "url" | "headers">,
): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] = ANSWERS[error.code ?? ""] ?? MALFORMED;
  const refused = new RequestError(null, message);
  const [path = ""] = asked?.url?.split("?") ?? [];
  const body = JSON.stringify(
    asksMessages(normalizePath(path), asked?.headers["anthropic-version"])
      ? formatMessagesErrorBody(refused.info, newRequestId())
      : formatOpenAiError(refused).body,
  );
  const head = `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`;
  socket.end(head + body, () => socket.destroy());
}
