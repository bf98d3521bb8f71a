import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { MultipartError, readMultipart } from "./multipart-reader.ts";

async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (const size of sizes) {
    yield bytes.subarray(start, start + size);
    start += size;
  }
  yield bytes.subarray(start);
}

async function readAll(bytes: Uint8Array, boundary: string, sizes: readonly number[] = []) {
  const parts: { headers: Record<string, string>; body: Buffer }[] = [];
  for await (const { headers, body } of readMultipart(cut(bytes, sizes), boundary)) {
    parts.push({
      headers: Object.fromEntries(headers),
      body: Buffer.concat(await Array.fromAsync(body)),
    });
  }
  return parts;
}

async function encode(form: FormData): Promise<{ bytes: Uint8Array; boundary: string }> {
  const response = new Response(form);
  const boundary = response.headers.get("content-type")?.split("boundary=")[1] ?? "";
  return { bytes: new Uint8Array(await response.arrayBuffer()), boundary };
}

test("gives the parts of what fetch sends, however it is cut", async () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 60 });
  const content = fc.uint8Array({ maxLength: 300 });
  await fc.assert(
    fc.asyncProperty(sizes, content, fc.string(), async (cuts, file, text) => {
      const form = new FormData();
      form.append("file", new Blob([file]), "a.bin");
      form.append("purpose", text);
      const { bytes, boundary } = await encode(form);
      const parts = await readAll(bytes, boundary, cuts);
      expect(parts.map(({ headers }) => headers["content-disposition"])).toEqual([
        'form-data; name="file"; filename="a.bin"',
        'form-data; name="purpose"',
      ]);
      expect(new Uint8Array(parts[0]?.body ?? [])).toEqual(file);
      // Forms carry text with CRLF line ends.
      expect(parts[1]?.body.toString()).toBe(text.toWellFormed().replaceAll(/\r\n|\r|\n/g, "\r\n"));
    }),
  );
});

test("keeps what looks almost like a boundary", async () => {
  const body = "\r\n--edg\r\n--\r\n\r\r\n--ed";
  const text = `preamble\r\n--edge\r\nA: 1\r\n\r\n${body}\r\n--edge  \r\nB: 2\r\n\r\n\r\n--edge--\r\nepilogue`;
  for (let size = 1; size < 9; size++) {
    const sizes = Array.from({ length: 200 }, () => size);
    expect(await readAll(Buffer.from(text), "edge", sizes)).toEqual([
      { headers: { a: "1" }, body: Buffer.from(body) },
      { headers: { b: "2" }, body: Buffer.alloc(0) },
    ]);
  }
});

test("skips the parts that nobody reads", async () => {
  const text = "--edge\r\nA: 1\r\n\r\none\r\n--edge\r\nA: 2\r\n\r\ntwo\r\n--edge--";
  const seen: (string | undefined)[] = [];
  for await (const { headers } of readMultipart(cut(Buffer.from(text), [3, 9]), "edge")) {
    seen.push(headers.get("a"));
  }
  expect(seen).toEqual(["1", "2"]);
});

test("skips what is left of a part that nobody wants more of", async () => {
  const text = "--edge\r\nA: 1\r\n\r\none and more\r\n--edge\r\nA: 2\r\n\r\ntwo\r\n--edge--";
  for (const sizes of [[], [25, 3]]) {
    const seen: string[] = [];
    for await (const { body } of readMultipart(cut(Buffer.from(text), sizes), "edge")) {
      for await (const bytes of body) {
        seen.push(Buffer.from(bytes).toString().slice(0, 1));
        break;
      }
    }
    expect(seen).toEqual(["o", "t"]);
  }
});

describe("refuses", () => {
  test.each([
    ["nothing", ""],
    ["no boundary", "hello"],
    ["a part without an end", "--edge\r\nA: 1\r\n\r\none"],
    ["headers without an end", "--edge\r\nA: 1"],
    ["endless headers", `--edge\r\nA: ${"x".repeat(50_000)}\r\n\r\n`],
    ["too many parts", `${"--edge\r\nA: 1\r\n\r\none\r\n".repeat(200)}--edge--`],
  ])("%s", async (_, text) => {
    await expect(readAll(Buffer.from(text), "edge", [10, 30_000])).rejects.toThrow(MultipartError);
  });
});
