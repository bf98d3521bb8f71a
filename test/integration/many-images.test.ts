import { expect, test } from "vitest";

import { text } from "../../src/demo/build-reply.ts";
import { GIF, imageBlock, PDF, pdfBlock } from "../engine/media-fixtures.ts";
import { expectError } from "./expect-error.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";

const shared = shareTurnpike({ configFile: { models: { "claude-*": { profile: "chat" } } } });
startEachTestAfresh(shared);

const IMAGE_URL = `data:image/gif;base64,${GIF}`;
const PDF_URL = `data:application/pdf;base64,${PDF}`;

/** As often as the model's API takes images and documents at most: 200,000 tokens of context, and a million. */
const SMALL = { model: "claude-haiku-4-5", most: 100, taken: 100 };
const LARGE = { model: "claude-sonnet-5-5", most: 600, taken: 600 };
/** Before that, Claude Code takes so many images for longer than the context window. */
const AT_WORK = { model: "claude-code/sonnet", most: 600, taken: 101 };

/** `count` of them, one of which is a document, in the words of each protocol. */
const BODIES = {
  "/v1/chat/completions": (count: number) => ({
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "Look." },
          { type: "file", file: { filename: "a.pdf", file_data: PDF_URL } },
          ...times(count - 1, { type: "image_url", image_url: { url: IMAGE_URL } }),
        ],
      },
    ],
  }),
  "/v1/responses": (count: number) => ({
    input: [
      {
        role: "user",
        content: [
          { type: "input_text", text: "Look." },
          { type: "input_file", filename: "a.pdf", file_data: PDF_URL },
          ...times(count - 1, { type: "input_image", image_url: IMAGE_URL }),
        ],
      },
    ],
  }),
  "/v1/messages": (count: number) => ({
    max_tokens: 500,
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "Look." },
          pdfBlock(),
          ...times(count - 1, imageBlock(GIF, "image/gif")),
        ],
      },
    ],
  }),
} as const;
type Path = keyof typeof BODIES;

function times<Part>(count: number, part: Part): readonly Part[] {
  return Array.from({ length: count }, () => part);
}

function post(path: Path, body: object) {
  return shared().fetch(path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(path === "/v1/messages" && { "anthropic-version": "2023-06-01" }),
    },
    body: JSON.stringify(body),
  });
}

/** How many images and documents the model's API got, in each request. */
function sentCounts(): readonly number[] {
  return shared().upstream.requests.map(
    ({ body }) => JSON.stringify(body.messages).match(/"type":"(image|document)"/g)?.length ?? 0,
  );
}

test.each([
  ["/v1/chat/completions", SMALL],
  ["/v1/responses", SMALL],
  ["/v1/messages", SMALL],
  ["/v1/chat/completions", LARGE],
  ["/v1/chat/completions", AT_WORK],
] as const)(
  "%s %o: one too many is refused before anything is sent, the rest is taken",
  async (path, { model, most, taken }) => {
    const refused = await post(path, { model, ...BODIES[path](most + 1) });
    expect(refused.status).toBe(400);
    const told = await refused.text();
    expect(told).toContain("invalid_request_error");
    expect(told).toContain(
      `${most + 1} images and documents; the model '${model}' takes at most ${most} in one request`,
    );
    expect(sentCounts()).toEqual([]);

    const answer = await post(path, { model, ...BODIES[path](taken) });
    expect(answer.status, await answer.text()).toBe(200);
    expect(sentCounts()).toEqual([taken]);
  },
);

test("those of earlier messages and in results of tools count as well", async () => {
  const { model, most } = SMALL;
  const image = { type: "image_url", image_url: { url: IMAGE_URL } };
  const talk = (last: number) => [
    { role: "user", content: [{ type: "text", text: "Look." }, ...times(60, image)] },
    {
      role: "assistant",
      tool_calls: [{ id: "call_1", type: "function", function: { name: "shot", arguments: "{}" } }],
    },
    { role: "tool", tool_call_id: "call_1", content: times(39, image) },
    { role: "assistant", content: "Seen." },
    { role: "user", content: [{ type: "text", text: "And these?" }, ...times(last, image)] },
  ];
  const refused = await post("/v1/chat/completions", { model, messages: talk(2) });
  await expectError(refused, {
    status: 400,
    type: "invalid_request_error",
    param: "messages",
    message: /^The conversation has 101 images and documents/,
    code: null,
  });
  expect(sentCounts()).toEqual([]);
  shared().upstream.respondWith(text("Seen."));
  expect((await post("/v1/chat/completions", { model, messages: talk(1) })).status).toBe(200);
  expect(sentCounts()).toEqual([most]);
});
