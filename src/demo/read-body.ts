import type { IncomingMessage } from "node:http";

/** The API's own limit. */
const maxBytes = 32 * 1024 * 1024;

/** The whole body, or undefined when it is larger than the API accepts. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
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
