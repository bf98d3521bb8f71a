import { request as sendRequest } from "node:http";
import zlib from "node:zlib";

import { afterEach, beforeEach, expect, test } from "vitest";

import {
  CHAT_PATH,
  chatBody,
  JSON_HEADERS,
  postChat,
  say,
  sendRaw,
  startScriptedServer,
  type RawAnswer,
  type ScriptedServer,
} from "./scripted-server.ts";

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer(say("ok"), { options: { maxBodyBytes: 10_000 } });
});
afterEach(() => server.close());

function post(body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Promise<RawAnswer> {
  return sendRaw(server, { method: "POST", path: CHAT_PATH, headers: { ...JSON_HEADERS, ...headers }, body });
}

test("what is not JSON is refused as OpenAI refuses it", async () => {
  const invalidUtf8 = Buffer.concat([
    Buffer.from('{"model":"'),
    Buffer.from([0xff, 0xfe]),
    Buffer.from('"}'),
  ]);
  for (const body of ["", "{", "{'a':1}", "{} {}", invalidUtf8]) {
    const answer = await post(body);
    expect(answer).toMatchObject({
      status: 400,
      json: {
        error: {
          message: expect.stringContaining("We could not parse the JSON body of your request."),
          type: "invalid_request_error",
          param: null,
          code: null,
        },
      },
    });
  }
});

test.each([
  [[], "Invalid type for the request body: expected an object, but got an array instead.", null],
  [{ messages: [] }, "Missing required parameter: 'model'.", "model"],
  [
    {
      model: "sonnet",
      messages: [
        { role: "user", content: "a" },
        { role: "user", content: 5 },
      ],
    },
    "Invalid type for 'messages[1].content': expected one of a string or an array, but got an integer instead.",
    "messages[1].content",
  ],
])("a body of the wrong shape is refused with its place: %j", async (body, message, param) => {
  const answer = await post(JSON.stringify(body));
  expect(answer.status).toBe(400);
  expect(answer.json).toMatchObject({ error: { type: "invalid_request_error", message, param } });
});

test("an unknown model is OpenAI's model_not_found", async () => {
  expect(await postChat(server, { model: "gpt-none" })).toMatchObject({
    status: 404,
    json: { error: { type: "invalid_request_error", code: "model_not_found" } },
  });
});

test("only JSON content types are taken", async () => {
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "", "json"]) {
    const answer = await post(chatBody(), { "content-type": type });
    expect(answer, type).toMatchObject({ status: 415, json: { error: { code: "unsupported_media_type" } } });
  }
  expect((await post(chatBody(), { "content-type": "Application/JSON; charset=utf-8" })).status).toBe(200);
});

const COMPRESSED: readonly (readonly [string, (body: string) => Uint8Array])[] = [
  ["gzip", zlib.gzipSync],
  ["x-gzip", zlib.gzipSync],
  ["GZIP", zlib.gzipSync],
  ["deflate", zlib.deflateSync],
  ["deflate", zlib.deflateRawSync],
  ["br", zlib.brotliCompressSync],
  ["zstd", zlib.zstdCompressSync],
  ["deflate, gzip", (body) => zlib.gzipSync(zlib.deflateSync(body))],
  ["identity", (body) => Buffer.from(body)],
];

test.each(COMPRESSED)("a body that is compressed arrives as it was: %s", async (encoding, compress) => {
  const body = chatBody({ messages: [{ role: "user", content: "héllo" }] });
  const headers = { "content-encoding": encoding };
  expect((await post(compress(body), headers)).status).toBe(200);
  expect((await post(compress(body), { ...headers, "transfer-encoding": "chunked" })).status).toBe(200);
  expect(server.requests.map(({ messages }) => messages[0]?.content)).toEqual(
    Array.from({ length: 2 }, () => [{ type: "text", text: "héllo" }]),
  );
});

test.each(COMPRESSED)(
  "a small body that swells beyond the limit is refused: %s",
  async (encoding, compress) => {
    const bomb = compress(chatBody({ user: "x".repeat(2_000_000) }));
    const answer = await post(bomb, { "content-encoding": encoding });
    expect(answer).toMatchObject({ status: 413, json: { error: { code: "request_too_large" } } });
    expect(server.requests).toEqual([]);
  },
);

test("a body beyond the limit is a 400 for a response: Codex sends it five times more after a 413", async () => {
  const body = JSON.stringify({ model: "sonnet", input: "x".repeat(20_000) });
  const answer = await sendRaw(server, {
    method: "POST",
    path: "/v1/responses",
    headers: JSON_HEADERS,
    body,
  });
  expect(answer).toMatchObject({ status: 400, json: { error: { code: "request_too_large" } } });
});

test("a compressed body of exactly the limit is taken, and one byte more is not", async () => {
  const empty = chatBody({ user: "" });
  const body = chatBody({ user: "x".repeat(10_000 - empty.length) });
  const headers = { "content-encoding": "gzip" };
  expect((await post(zlib.gzipSync(body), headers)).status).toBe(200);
  expect((await post(zlib.gzipSync(`${body} `), headers)).status).toBe(413);
});

test.each(["gzip", "deflate", "br", "zstd"])(
  "a body that is not what it says is refused: %s",
  async (encoding) => {
    const headers = { "content-encoding": encoding };
    const answers = [await post(chatBody(), headers)];
    if (encoding === "gzip") answers.push(await post(zlib.gzipSync(chatBody()).subarray(0, -12), headers));
    for (const answer of answers) {
      expect(answer).toMatchObject({
        status: 400,
        json: { error: { message: expect.stringContaining("could not be decompressed"), code: null } },
      });
    }
  },
);

test("an unknown encoding is refused with those that are known", async () => {
  for (const encoding of ["compress", "gzip, aes128gcm", "gzip, gzip, gzip"]) {
    const answer = await post(chatBody(), { "content-encoding": encoding });
    expect(answer, encoding).toMatchObject({
      status: 415,
      headers: { "accept-encoding": "gzip, deflate, br, zstd" },
      json: { error: { code: "unsupported_media_type" } },
    });
  }
});

test("a body that declares too much is refused before it is read", async () => {
  const answer = await new Promise<RawAnswer["status"]>((resolve, reject) => {
    const request = sendRequest(
      {
        host: "127.0.0.1",
        port: server.port,
        method: "POST",
        path: CHAT_PATH,
        headers: { ...JSON_HEADERS, "content-length": "1000000000" },
      },
      (response) => resolve(response.statusCode ?? 0),
    );
    request.on("error", reject);
    request.write("{");
  });
  expect(answer).toBe(413);
});

test("a body of undeclared length is read up to the limit only", async () => {
  const answer = await new Promise<{ status: number; text: string; sent: number }>((resolve, reject) => {
    let sent = 0;
    let isAnswered = false;
    const request = sendRequest(
      { host: "127.0.0.1", port: server.port, method: "POST", path: CHAT_PATH, headers: JSON_HEADERS },
      (response) => {
        isAnswered = true;
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text, sent }));
      },
    );
    // The server closes the connection under the writer's feet; that is its right.
    request.on("error", (error) => isAnswered || reject(error));
    const more = () => {
      if (isAnswered) return;
      sent += 1000;
      request.write("x".repeat(1000), () => setImmediate(more));
    };
    more();
  });
  expect(answer.status).toBe(413);
  expect(JSON.parse(answer.text)).toMatchObject({ error: { code: "request_too_large" } });
  expect(answer.sent).toBeLessThan(5_000_000);
});

test("a body of exactly the limit is taken, declared or not", async () => {
  const empty = chatBody({ user: "" });
  const body = chatBody({ user: "x".repeat(10_000 - empty.length) });
  expect(Buffer.byteLength(body)).toBe(10_000);
  expect((await post(body)).status).toBe(200);
  expect((await post(body, { "transfer-encoding": "chunked" })).status).toBe(200);
  expect((await post(`${body} `)).status).toBe(413);
  expect((await post(`${body} `, { "transfer-encoding": "chunked" })).status).toBe(413);
});

test("texts arrive verbatim", async () => {
  const texts = [
    "",
    " \n\t ",
    "-p",
    "--help",
    "/clear",
    "@/etc/passwd",
    "!ls",
    "é 👩‍👩‍👧 \u0000 \u2028 ﷽ עברית",
    "\\n\"'`$()",
  ];
  const content = texts.map((text) => ({ type: "text", text }));
  expect((await postChat(server, { messages: [{ role: "user", content }] })).status).toBe(200);
  for (const text of texts) {
    expect((await postChat(server, { messages: [{ role: "user", content: text }] })).status).toBe(200);
  }
  const [parts, ...singles] = server.requests.map((request) => request.messages[0]?.content);
  expect(parts).toEqual(content);
  expect(singles).toEqual(content.map((part) => [part]));
});
