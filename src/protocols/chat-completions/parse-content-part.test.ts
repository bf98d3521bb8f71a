import { describe, expect, test } from "vitest";

import { parseChat, refuseChat } from "../../../test/protocols/chat-requests.ts";

const PNG = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(20)]).toString("base64");
const JPEG = Buffer.from("ffd8ffe000104a46494600", "hex").toString("base64");
const GIF = Buffer.from("GIF89a..........").toString("base64");
const WEBP = Buffer.from("RIFF....WEBPVP8 ").toString("base64");
const PDF = Buffer.from("%PDF-1.7\n%âãÏÓ\n…").toString("base64");
const ZIP = Buffer.from("504b0304140000000800", "hex").toString("base64");

function image(url: unknown, extra: object = {}) {
  return { type: "image_url", image_url: { url, ...extra } };
}

function file(fields: object) {
  return { type: "file", file: fields };
}

function asUser(part: unknown) {
  return { messages: [{ role: "user", content: [part] }] };
}

function parsePart(part: unknown): unknown {
  return parseChat(asUser(part)).messages[0]?.content[0];
}

function base64Image(mediaType: string, data: string) {
  return { type: "image", source: { type: "base64", mediaType, data } };
}

describe("images", () => {
  test.each([
    ["image/png", PNG, "image/png"],
    ["image/jpeg", JPEG, "image/jpeg"],
    ["image/gif", GIF, "image/gif"],
    ["image/webp", WEBP, "image/webp"],
    ["image/jpg", JPEG, "image/jpeg"],
    // The API refuses an image with the wrong media type.
    ["image/png", JPEG, "image/jpeg"],
    ["IMAGE/PNG;name=a.png", PNG, "image/png"],
  ])("%s in a data URL", (declared, data, mediaType) => {
    expect(parsePart(image(`data:${declared};base64,${data}`))).toEqual(base64Image(mediaType, data));
  });

  test("base64 is put into its plain form", () => {
    const wrapped = PNG.replace(/(.{10})/g, "$1\r\n").replace(/=+/, "");
    expect(parsePart(image(`data:image/png;base64,${wrapped}`))).toEqual(base64Image("image/png", PNG));
  });

  test.each(["https://example.com/a.png?b=c#d", "http://example.com/a", "HTTPS://EXAMPLE.COM"])(
    "%s is handed on",
    (url) => {
      expect(parsePart(image(url))).toEqual({ type: "image", source: { type: "url", url } });
    },
  );

  test.each(["auto", "low", "high", "original", null])("detail %j changes nothing", (detail) => {
    expect(parsePart(image("https://example.com/", { detail }))).toMatchObject({ type: "image" });
  });

  test("a tool may send one", () => {
    const messages = [
      { role: "user", content: "go" },
      {
        role: "assistant",
        tool_calls: [{ id: "a", type: "function", function: { name: "f", arguments: "{}" } }],
      },
      {
        role: "tool",
        tool_call_id: "a",
        content: [{ type: "text", text: "x" }, image(`data:image/gif;base64,${GIF}`)],
      },
    ];
    expect(parseChat({ messages }).messages[2]).toEqual({
      role: "tool",
      content: [
        {
          type: "tool-result",
          callId: "a",
          content: [{ type: "text", text: "x" }, base64Image("image/gif", GIF)],
        },
      ],
    });
  });

  test.each([
    [{ type: "image_url" }, "missing_required_parameter", "image_url"],
    [{ type: "image_url", image_url: "https://example.com/" }, "invalid_type", "image_url"],
    [image(undefined), "missing_required_parameter", "image_url.url"],
    [image("https://example.com/", { detail: "tiny" }), "invalid_value", "image_url.detail"],
    [image(""), "invalid_value", "image_url.url"],
    [image("example.com/a.png"), "invalid_value", "image_url.url"],
    [image("https://"), "invalid_value", "image_url.url"],
    [image("file:///etc/passwd"), "invalid_value", "image_url.url"],
    [image("ftp://example.com/a.png"), "invalid_value", "image_url.url"],
    [image("javascript:alert(1)"), "invalid_value", "image_url.url"],
    [image("data:image/png,abc"), "invalid_value", "image_url.url"],
    [image("data:text/plain;base64,YWJj"), "invalid_value", "image_url.url"],
    [image("data:image/png;base64,"), "invalid_base64", "image_url.url"],
    [image("data:image/png;base64,§§§§"), "invalid_base64", "image_url.url"],
    [image("data:image/png;base64,YWJjZ"), "invalid_base64", "image_url.url"],
    [image("data:image/png;base64,YWJj"), "invalid_image_format", "image_url.url"],
    [image("data:image/svg+xml;base64,PHN2Zz4="), "invalid_image_format", "image_url.url"],
  ])("%j is refused as %s at %s", (part, code, place) => {
    expect(refuseChat(asUser(part))).toMatchObject({ code, param: `messages[0].content[0].${place}` });
  });
});

describe("files", () => {
  const pdf = { type: "document", source: { type: "base64", mediaType: "application/pdf", data: PDF } };

  test.each([`data:application/pdf;base64,${PDF}`, PDF, `data:application/octet-stream;base64,${PDF}`])(
    "a PDF as %.30s…",
    (data) => {
      expect(parsePart(file({ file_data: data, filename: "a.pdf" }))).toEqual({ ...pdf, title: "a.pdf" });
      expect(parsePart(file({ file_data: data }))).toEqual(pdf);
    },
  );

  test.each(["text/plain", "text/markdown;charset=utf-8", "application/json", "image/svg+xml", ""])(
    "a text of type %j",
    (mediaType) => {
      const text = "Grüße, 🌍\n";
      const data = Buffer.from(text).toString("base64");
      expect(parsePart(file({ file_data: `data:${mediaType};base64,${data}`, filename: "a.txt" }))).toEqual({
        type: "document",
        source: { type: "text", text },
        title: "a.txt",
      });
    },
  );

  test.each([
    [{ type: "file" }, "missing_required_parameter", "file"],
    [file({}), "missing_required_parameter", "file.file_data"],
    [file({ file_id: "file-1" }), "file_not_found", "file.file_id"],
    [file({ file_data: 5 }), "invalid_type", "file.file_data"],
    [file({ file_data: "not base64!" }), "invalid_base64", "file.file_data"],
    [file({ file_data: "https://example.com/a.pdf" }), "invalid_base64", "file.file_data"],
    [file({ file_data: "data:application/pdf;base64,YWJj" }), "invalid_value", "file.file_data"],
    [file({ file_data: `data:application/zip;base64,${ZIP}` }), "unsupported_value", "file.file_data"],
    [file({ file_data: `data:image/png;base64,${PNG}` }), "unsupported_value", "file.file_data"],
    [file({ file_data: ZIP }), "invalid_value", "file.file_data"],
    [file({ file_data: `data:text/plain;base64,${PNG}` }), "invalid_value", "file.file_data"],
  ])("%j is refused as %s at %s", (part, code, place) => {
    expect(refuseChat(asUser(part))).toMatchObject({ code, param: `messages[0].content[0].${place}` });
  });
});

test.each([
  ["system", image("https://example.com/")],
  ["developer", file({ file_data: PDF })],
  ["assistant", image("https://example.com/")],
])("a message of the %s takes no media", (role, part) => {
  const messages = [
    { role: "user", content: "x" },
    { role, content: [part] },
  ];
  expect(refuseChat({ messages })).toMatchObject({
    code: "invalid_value",
    param: "messages[1].content[0].type",
  });
});

test("an image may have 5 MiB in base64, and a larger one is refused", () => {
  const bytes = (5 * 1024 * 1024 * 3) / 4;
  expect(parsePart(image(pngUrl(bytes)))).toMatchObject({ type: "image" });
  expect(() => parsePart(image(pngUrl(bytes + 3)))).toThrow(
    expect.objectContaining({ code: "image_too_large" }),
  );
});

/** The URL of that many bytes, which start like a PNG. */
function pngUrl(length: number): string {
  const data = Buffer.alloc(length);
  data.write("\x89PNG\r\n\x1a\n", "latin1");
  return `data:image/png;base64,${data.toString("base64")}`;
}
