import type { IncomingMessage } from "node:http";

import { Breath } from "../../lib/breath.ts";
import { delay } from "../../lib/time.ts";

/** How much of one body is read before the others get their turn. */
const BURST_BYTES = 256 * 1024;
const REST_MS = 1;

/**
 * The bytes of a body, read without blocking others however large it is.
 * @throws what `tooLarge` returns when there are more than `maxBytes`, the rest of which stays unread; an Error when the
 * connection ends before the body does
 */
export async function readBytes(
  incoming: IncomingMessage,
  maxBytes: number,
  tooLarge: () => Error,
): Promise<Uint8Array> {
  const chunks = await takeChunks(incoming, maxBytes, tooLarge);
  if (chunks.length === 1 && chunks[0]) return chunks[0];
  const breath = new Breath();
  const bytes = Buffer.allocUnsafeSlow(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let length = 0;
  for (const chunk of chunks) {
    length += chunk.copy(bytes, length);
    if (breath.isDue) await breath.take();
  }
  return bytes;
}

async function takeChunks(
  incoming: IncomingMessage,
  maxBytes: number,
  tooLarge: () => Error,
): Promise<Buffer[]> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer[]>();
  const chunks: Buffer[] = [];
  let length = 0;
  let burst = 0;
  const onData = (chunk: Buffer): void => {
    length += chunk.length;
    if (length > maxBytes) {
      // The stream is not destroyed: that would cut the connection before the answer is out.
      incoming.pause();
      reject(tooLarge());
      return;
    }
    chunks.push(chunk);
    burst += chunk.length;
    if (burst < BURST_BYTES) return;
    burst = 0;
    incoming.pause();
    void delay(REST_MS).then(() => incoming.resume());
  };
  const onEnd = (): void => {
    // It closes next, with nothing to be told.
    incoming.off("close", onCut);
    resolve(chunks);
  };
  const onCut = (error?: Error): void => reject(error ?? new Error("The connection has ended."));
  if (incoming.destroyed && !incoming.readableEnded) onCut(incoming.errored ?? undefined);
  if (incoming.readableEnded) onEnd();
  incoming.on("data", onData).once("end", onEnd).once("error", onCut).once("close", onCut);
  try {
    return await promise;
  } finally {
    incoming.off("data", onData).off("end", onEnd).off("error", onCut).off("close", onCut);
  }
}
