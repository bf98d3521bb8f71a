import OpenAI, { toFile } from "openai";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { FileUpload } from "../../src/core/ports/file-store.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { patternBytes } from "../conformance/file-fixtures.ts";
import { expectErrorBody } from "../schema/expect-openai.ts";
import {
  JSON_HEADERS,
  KEY,
  NO_FILES,
  say,
  sendRaw,
  startScriptedServer,
  type RawAnswer,
  type ScriptedServer,
} from "./scripted-server.ts";

const MAX_UPLOAD = 2_000_000;
const BOUNDARY = "the-edge";

let store: Store;
let server: ScriptedServer;
let client: OpenAI;
let now = 0;

async function start(retention: "keep" | "none" = "keep", maxUploadBytes = MAX_UPLOAD): Promise<void> {
  now = Date.now();
  store = await openStore({
    location: { type: "sqlite", file: ":memory:" },
    retention: { content: retention },
    clock: () => now,
  });
  server = await startScriptedServer(say("ok"), { files: store.files, options: { maxUploadBytes } });
  client = clientWith(KEY);
}

function clientWith(apiKey: string): OpenAI {
  return new OpenAI({ apiKey, baseURL: `${server.url}/v1`, maxRetries: 0 });
}

interface Field {
  readonly name: string;
  readonly value: string;
  /** As it stands in the header; then the field is a file. */
  readonly filename?: string;
}

/** A form by hand, for what no client would send. */
function sendForm(fields: readonly Field[], headers: Record<string, string> = {}): Promise<RawAnswer> {
  const parts = fields.map(({ name, value, filename }) => {
    const file = filename === undefined ? "" : `; filename=${filename}`;
    return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${value}\r\n`;
  });
  return sendBody(`${parts.join("")}--${BOUNDARY}--\r\n`, headers);
}

function sendBody(body: string | Uint8Array, headers: Record<string, string> = {}): Promise<RawAnswer> {
  const contentType = `multipart/form-data; boundary=${BOUNDARY}`;
  return sendRaw(server, {
    method: "POST",
    path: "/v1/files",
    headers: { authorization: `Bearer ${KEY}`, "content-type": contentType, ...headers },
    body,
  });
}

const FILE: Field = { name: "file", value: "hello", filename: '"a.txt"' };
const PURPOSE: Field = { name: "purpose", value: "user_data" };

const keptCount = async () => (await client.files.list()).data.length;

beforeEach(() => start());
afterEach(async () => {
  await server.close();
  await store.close();
});

describe("the official client", () => {
  test("uploads, lists, retrieves, downloads and deletes", async () => {
    const bytes = patternBytes(1_500_000);
    const uploaded = await client.files.create({
      file: await toFile(bytes, 'naïve 日本 "x".bin'),
      purpose: "user_data",
    });
    expect(uploaded).toEqual({
      id: expect.stringMatching(/^file-/),
      object: "file",
      bytes: 1_500_000,
      created_at: Math.floor(now / 1000),
      filename: 'naïve 日本 "x".bin',
      purpose: "user_data",
      status: "processed",
    });
    expect(await client.files.retrieve(uploaded.id)).toEqual(uploaded);
    expect(await Array.fromAsync(client.files.list())).toEqual([uploaded]);
    expect(await client.files.waitForProcessing(uploaded.id)).toEqual(uploaded);
    const content = await client.files.content(uploaded.id);
    expect(Buffer.from(await content.arrayBuffer()).equals(bytes)).toBe(true);
    expect(await client.files.delete(uploaded.id)).toEqual({
      id: uploaded.id,
      object: "file",
      deleted: true,
    });
    await expect(client.files.retrieve(uploaded.id)).rejects.toMatchObject({ status: 404 });
    await expect(client.files.content(uploaded.id)).rejects.toMatchObject({ status: 404 });
    expect(await keptCount()).toBe(0);
  });

  test("pages, by order and purpose, also while it deletes", async () => {
    for (const purpose of ["user_data", "vision", "assistants", "user_data"] as const) {
      now += 1_000;
      await client.files.create({ file: await toFile(Buffer.from("x"), "a.txt"), purpose });
    }
    const all = await Array.fromAsync(client.files.list({ limit: 1, order: "asc" }));
    expect(all.map(({ purpose }) => purpose)).toEqual(["user_data", "vision", "assistants", "user_data"]);
    expect(await Array.fromAsync(client.files.list({ limit: 3 }))).toEqual(all.toReversed());
    expect((await client.files.list({ purpose: "vision" })).data).toEqual([all[1]]);
    for await (const { id } of client.files.list({ limit: 1 })) await client.files.delete(id);
    expect(await keptCount()).toBe(0);
  });

  test("may let a file expire", async () => {
    const expires_after = { anchor: "created_at", seconds: 3_600 } as const;
    const file = await toFile(Buffer.from("x"), "a.txt");
    const { id, created_at, expires_at } = await client.files.create({
      file,
      purpose: "vision",
      expires_after,
    });
    expect(expires_at).toBe(created_at + 3_600);
    now += 3_600_000;
    await expect(client.files.retrieve(id)).rejects.toMatchObject({ status: 404 });
    expect(await keptCount()).toBe(0);
  });

  test("sees no files of another key", async () => {
    const { id } = await client.files.create({
      file: await toFile(Buffer.from("x"), "a.txt"),
      purpose: "vision",
    });
    const other = clientWith("tp-other-key").files;
    expect((await other.list()).data).toEqual([]);
    for (const call of [() => other.retrieve(id), () => other.content(id), () => other.delete(id)]) {
      await expect(call()).rejects.toMatchObject({ status: 404, message: `404 No such File object: ${id}` });
    }
    expect(await keptCount()).toBe(1);
  });
});

describe("a file's content", () => {
  test("is never something that a browser shows or runs", async () => {
    const form = [{ ...FILE, filename: '"a%22;b.html"', value: "<script>alert(1)</script>" }, PURPOSE];
    // Proof for the cast: the official client has parsed such an answer above.
    const { id } = (await sendForm(form)).json as { id: string };
    const headers = { authorization: `Bearer ${KEY}` };
    const answer = await sendRaw(server, { path: `/v1/files/${id}/content`, headers });
    expect(answer.text).toBe("<script>alert(1)</script>");
    expect(answer.headers).toMatchObject({
      "content-type": "application/octet-stream",
      "content-length": "25",
      "content-disposition": "attachment; filename=\"a_;b.html\"; filename*=UTF-8''a%22%3Bb.html",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
    });
  });
});

describe("a name", () => {
  test.each([
    ['"../../etc/passwd"', "passwd"],
    ['"/etc/shadow"', "shadow"],
    ['"C:\\Windows\\win.ini"', "win.ini"],
    ['".."', "file"],
    ['""', "file"],
    ['"a\0b.txt"', "ab.txt"],
    ["\"x\"; filename*=UTF-8''..%2F..%2Fetc%2Fpasswd", "passwd"],
    [`"${"n".repeat(5_000)}.pdf"`, `${"n".repeat(251)}.pdf`],
  ])("like a path is only a name: %s", async (filename, shown) => {
    expect((await sendForm([{ ...FILE, filename }, PURPOSE])).json).toMatchObject({ filename: shown });
  });
});

const expires = (anchor: string, seconds: string): readonly Field[] => [
  { name: "expires_after[anchor]", value: anchor },
  { name: "expires_after[seconds]", value: seconds },
];

describe("400 names", () => {
  test.each<[string, readonly Field[], string | null]>([
    ["the missing file", [PURPOSE], "file"],
    ["the missing purpose", [FILE], "purpose"],
    ["what is missing first of an empty form", [], "file"],
    ["a file that is a text", [{ name: "file", value: "hello" }, PURPOSE], "file"],
    ["a second file", [FILE, FILE, PURPOSE], "file"],
    ["an empty file", [{ ...FILE, value: "" }, PURPOSE], "file"],
    ["an unknown purpose", [FILE, { ...PURPOSE, value: "magic" }], "purpose"],
    ["an unknown purpose that comes first", [{ ...PURPOSE, value: "magic" }, FILE], "purpose"],
    ["a purpose that nothing here serves", [FILE, { ...PURPOSE, value: "fine-tune" }], "purpose"],
    ["an endless purpose", [FILE, { ...PURPOSE, value: "x".repeat(100_000) }], "purpose"],
    ["a wrong anchor", [FILE, PURPOSE, ...expires("now", "3600")], "expires_after.anchor"],
    ["too short a time", [FILE, PURPOSE, ...expires("created_at", "60")], "expires_after.seconds"],
    ["no time at all", [FILE, PURPOSE, ...expires("created_at", "soon")], "expires_after.seconds"],
  ])("%s", async (_, fields, param) => {
    const answer = await sendForm(fields);
    expect(answer.status).toBe(400);
    expect(expectErrorBody(answer.json).error).toMatchObject({ type: "invalid_request_error", param });
    expect(await keptCount()).toBe(0);
  });

  test.each([
    ["a body without its end", `--${BOUNDARY}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nx`],
    ["another body", "hello"],
    ["no body", ""],
  ])("%s", async (_, body) => {
    const answer = await sendBody(body);
    expect(answer.status).toBe(400);
    expect(expectErrorBody(answer.json).error.message).toContain("multipart");
  });

  test.each([
    ["limit=0", "limit"],
    ["limit=10001", "limit"],
    ["limit=x", "limit"],
    ["order=up", "order"],
    ["after=none", "after"],
  ])("a wrong query: %s", async (query, param) => {
    const answer = await sendRaw(server, { path: `/v1/files?${query}`, headers: JSON_HEADERS });
    expect([answer.status, expectErrorBody(answer.json).error.param]).toEqual([400, param]);
  });
});

describe("refused", () => {
  test("is what is no form", async () => {
    const answer = await sendBody("{}", { "content-type": "application/json" });
    expect(answer.status).toBe(415);
    expectErrorBody(answer.json);
  });

  test.each([
    ["larger than allowed", MAX_UPLOAD + 1],
    ["far larger", MAX_UPLOAD * 4],
  ])("is a file that is %s", async (_, length) => {
    const answer = await sendForm([{ ...FILE, value: "x".repeat(length) }, PURPOSE]);
    expect([answer.status, expectErrorBody(answer.json).error.code]).toEqual([413, "request_too_large"]);
    expect(await keptCount()).toBe(0);
  });

  test("is an endless form that does not say its length", async () => {
    const answer = await sendForm([{ ...FILE, value: "x".repeat(MAX_UPLOAD * 4) }, PURPOSE], {
      "transfer-encoding": "chunked",
    });
    expect(answer.status).toBe(413);
    expect(await keptCount()).toBe(0);
  });

  test("is a file as large as allowed not", async () => {
    const answer = await sendForm([PURPOSE, { ...FILE, value: "x".repeat(MAX_UPLOAD) }]);
    expect([answer.status, answer.json]).toMatchObject([200, { bytes: MAX_UPLOAD }]);
  });

  test("is everything without a key", async () => {
    expect((await sendForm([FILE, PURPOSE], { authorization: "Bearer wrong" })).status).toBe(401);
    expect(await keptCount()).toBe(0);
  });

  test("is every upload where nothing is to be kept", async () => {
    await server.close();
    await store.close();
    await start("none");
    const answer = await sendForm([FILE, PURPOSE]);
    expect(answer.status).toBe(403);
    expect(expectErrorBody(answer.json).error.message).toContain("keeps no content");
  });
});

test("an upload that its client leaves is given up", async () => {
  const written = Promise.withResolvers<void>();
  const discarded = Promise.withResolvers<void>();
  const upload: FileUpload = {
    createdAt: 0,
    write: async () => written.resolve(),
    finish: () => Promise.reject(new Error("It never came to its end.")),
    discard: async () => discarded.resolve(),
  };
  await server.close();
  server = await startScriptedServer(say("ok"), {
    files: { ...NO_FILES, isEnabled: true, beginUpload: async () => upload },
  });
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhello, hello, hello`;
  const abort = new AbortController();
  const answer = fetch(`${server.url}/v1/files`, {
    method: "POST",
    headers: { authorization: `Bearer ${KEY}`, "content-type": `multipart/form-data; boundary=${BOUNDARY}` },
    body: new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from(head)) }),
    duplex: "half",
    signal: abort.signal,
  });
  const refused = expect(answer).rejects.toThrow();
  await written.promise;
  abort.abort();
  await refused;
  await discarded.promise;
});

const keep = async (bytes: Buffer, filename: string) =>
  (await client.files.create({ file: await toFile(bytes, filename), purpose: "user_data" })).id;

const ask = (fileId: string, using = client) =>
  using.chat.completions.create({
    model: "sonnet",
    messages: [{ role: "user", content: [{ type: "file", file: { file_id: fileId } }] }],
  });

const base64 = (mediaType: string, bytes: Buffer) => ({
  type: "base64",
  mediaType,
  data: bytes.toString("base64"),
});

describe("a chat completion", () => {
  const PNG = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(20)]);

  test("is given the files that it names", async () => {
    await ask(await keep(Buffer.from("Grüße"), "notes.txt"));
    await ask(await keep(Buffer.from("%PDF-1.7 x"), "a.pdf"));
    await ask(await keep(PNG, "a.png"));
    const parts = server.requests.map(({ messages }) => messages[0]?.content[0]);
    expect(parts).toEqual([
      { type: "document", source: { type: "text", text: "Grüße" }, title: "notes.txt" },
      { type: "document", source: base64("application/pdf", Buffer.from("%PDF-1.7 x")), title: "a.pdf" },
      { type: "image", source: base64("image/png", PNG) },
    ]);
  });

  test("is refused when it names a file that is not there, is another's or nothing to read", async () => {
    const param = "messages[0].content[0].file.file_id";
    const refusal = (code: string) => ({ status: 400, code, param });
    await expect(ask("file-unknown")).rejects.toMatchObject(refusal("file_not_found"));
    const id = await keep(Buffer.from("x"), "a.txt");
    await expect(ask(id, clientWith("tp-other-key"))).rejects.toMatchObject(refusal("file_not_found"));
    const archive = await keep(Buffer.from("504b0304140000000800", "hex"), "a.zip");
    await expect(ask(archive)).rejects.toMatchObject(refusal("invalid_value"));
    expect(server.requests).toEqual([]);
  });
});
