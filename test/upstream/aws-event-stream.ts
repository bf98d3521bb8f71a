import { crc32 } from "node:zlib";

const HEADERS = Buffer.concat(
  Object.entries({
    ":event-type": "chunk",
    ":content-type": "application/json",
    ":message-type": "event",
  }).map(([name, value]) => {
    // 7: a string follows, its length in two bytes.
    const [key, text] = [Buffer.from(name), Buffer.from(value)];
    return Buffer.concat([Buffer.from([key.length]), key, Buffer.from([7]), uint(text.length, 2), text]);
  }),
);

/** An event of a streamed answer as Bedrock sends it: a frame of AWS's event stream. */
export function bedrockFrame(data: string): Buffer {
  const payload = Buffer.from(JSON.stringify({ bytes: Buffer.from(data).toString("base64") }));
  const lengths = Buffer.concat([uint(16 + HEADERS.length + payload.length, 4), uint(HEADERS.length, 4)]);
  const head = Buffer.concat([lengths, uint(crc32(lengths), 4), HEADERS, payload]);
  return Buffer.concat([head, uint(crc32(head), 4)]);
}

function uint(value: number, bytes: 2 | 4): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}
