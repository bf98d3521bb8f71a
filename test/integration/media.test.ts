import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ChatCompletionContentPart, ChatCompletionMessageParam } from "openai/resources";
import { afterAll, describe, expect, test } from "vitest";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { findCopies } from "../engine/find-copies.ts";
import { GIF, imageBlock, PDF, pdfBlock, pngOf } from "../engine/media-fixtures.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { ask, assistant } from "./ask.ts";
import { expectError } from "./expect-error.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";
import type { Turnpike } from "./start-turnpike.ts";

const temporaryFolder = mkdtempSync(join(tmpdir(), "turnpike-media-"));
afterAll(() => rm(temporaryFolder, { recursive: true, force: true, maxRetries: 5 }));

const shared = shareTurnpike({ spares: 1, environment: { TMPDIR: temporaryFolder } });
startEachTestAfresh(shared);

const PICTURE = pngOf(640, 480);
const LARGE_PICTURE = pngOf(3000, 1000);
const NOTES = "Grüße, line one\nline two";
const MEDIA = [PICTURE, LARGE_PICTURE, GIF, PDF, Buffer.from(NOTES).toString("base64")];

const PARTS: ChatCompletionContentPart[] = [
  { type: "text", text: "Look at these." },
  { type: "image_url", image_url: { url: dataUrl("image/png", PICTURE), detail: "high" } },
  // Under a wrong name, as browsers and editors send them.
  { type: "image_url", image_url: { url: dataUrl("image/jpg", GIF) } },
  { type: "image_url", image_url: { url: "https://example.com/cat.png" } },
  { type: "file", file: { filename: "report.pdf", file_data: dataUrl("application/pdf", PDF) } },
  {
    type: "file",
    file: {
      filename: "notes.txt",
      file_data: dataUrl("text/plain", Buffer.from(NOTES).toString("base64")),
    },
  },
  { type: "text", text: "What are they?" },
];

const BLOCKS = [
  { type: "text", text: "Look at these." },
  imageBlock(PICTURE),
  imageBlock(GIF, "image/gif"),
  { type: "image", source: { type: "url", url: "https://example.com/cat.png" } },
  pdfBlock("report.pdf"),
  { type: "document", source: { type: "text", media_type: "text/plain", data: NOTES }, title: "notes.txt" },
  { type: "text", text: "What are they?" },
];

/** Where Claude Code keeps files: its temporary ones and its own folder. */
function copiesOf({ folder: own }: Turnpike): readonly string[] {
  return [temporaryFolder, join(own, "claude")].flatMap((folder) => findCopies(folder, MEDIA));
}

function dataUrl(mediaType: string, base64: string): string {
  return `data:${mediaType};base64,${base64}`;
}

function lastUpstream({ upstream }: Turnpike): unknown {
  const request = upstream.requests.at(-1);
  return request && conversationOf(request);
}

describe.each(["sonnet", "claude-code"])("images and files for model %s", (model) => {
  test("reach the model natively in a live, a resumed and an imported conversation, without a copy", async () => {
    const turnpike = shared();
    const copies: string[] = [];
    turnpike.upstream.respondWith(() => {
      copies.push(...copiesOf(turnpike));
      return text("Pictures.");
    });
    const messages: ChatCompletionMessageParam[] = [{ role: "user", content: PARTS }];
    const sent: unknown[] = [{ role: "user", content: BLOCKS }];
    const askFor = async (placement: string) => {
      const answer = await ask(turnpike, messages, { model });
      expect(answer).toMatchObject({ placement, text: "Pictures." });
      expect(lastUpstream(turnpike)).toEqual(sent);
      return answer;
    };
    const goOn = () => {
      messages.push(assistant("Pictures."), { role: "user", content: PARTS.slice(0, 2) });
      sent.push(assistant("Pictures."), { role: "user", content: BLOCKS.slice(0, 2) });
    };
    await askFor("spare");
    goOn();
    const { conversation } = await askFor("hot");
    await turnpike.fetch(`/conversations/${conversation}?mode=evict`, { method: "DELETE" });
    goOn();
    await askFor("resumed");
    messages.unshift({ role: "user", content: "Hello" }, assistant("Hi."));
    sent.unshift({ role: "user", content: "Hello" }, assistant("Hi."));
    goOn();
    await askFor("imported");
    expect([...copies, ...copiesOf(turnpike)]).toEqual([]);
  });
});

describe("a result of a client tool", () => {
  const tools = [{ type: "function", function: { name: "screenshot", parameters: { type: "object" } } }];
  const result = [
    { type: "text", text: "The page:" },
    { type: "image_url", image_url: { url: dataUrl("image/png", LARGE_PICTURE) } },
  ];
  const resultBlock = (id: string) => ({
    type: "tool_result",
    tool_use_id: id,
    content: [{ type: "text", text: "The page:" }, imageBlock(LARGE_PICTURE)],
  });

  test.each(["on a live session", "after its session is gone"])("brings images %s", async (state) => {
    const turnpike = shared();
    const call = toolUse("screenshot", {}, { id: "toolu_shot" });
    turnpike.upstream.respondWith([reply({ blocks: [call] }), text("A page.")]);
    const question = { role: "user", content: `Take one ${state}.` };
    const body = { model: "sonnet", tools };
    const called = await turnpike.post({ ...body, messages: [question] });
    // Proof: read as what it is expected to be right below.
    const { choices } = (await called.json()) as { choices: { message: { tool_calls: { id: string }[] } }[] };
    const answer = choices[0]?.message;
    const id = answer?.tool_calls[0]?.id ?? "";
    expect(id).not.toBe("");
    if (state === "after its session is gone") {
      const conversation = called.headers.get("x-conversation-id");
      await turnpike.fetch(`/conversations/${conversation}?mode=evict`, { method: "DELETE" });
    }
    const messages = [question, answer, { role: "tool", tool_call_id: id, content: result }];
    const response = await turnpike.post({ ...body, messages });
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: "A page." } }] });
    const request = await turnpike.upstream.waitForRequest(2);
    expect(JSON.stringify(conversationOf(request).at(-1)?.content)).toContain(
      JSON.stringify(resultBlock("toolu_shot")),
    );
    expect(copiesOf(turnpike)).toEqual([]);
  });
});

describe("what is no image", () => {
  test.each([
    ["garbage", dataUrl("image/png", "aGVsbG8=")],
    [
      "a drawing that the model cannot see",
      dataUrl("image/svg+xml", Buffer.from("<svg/>").toString("base64")),
    ],
    ["nothing", dataUrl("image/png", "")],
    ["no base64", dataUrl("image/png", "%%%")],
    ["a text", dataUrl("text/plain", "aGVsbG8=")],
    ["a file of the server", "file:///etc/passwd"],
    ["no URL", "cat.png"],
  ])("is refused before the model is asked: %s", async (_name, value) => {
    const turnpike = shared();
    const content = [
      { type: "text", text: "?" },
      { type: "image_url", image_url: { url: value } },
    ];
    const response = await turnpike.post({ model: "sonnet", messages: [{ role: "user", content }] });
    await expectError(response, {
      status: 400,
      type: "invalid_request_error",
      param: "messages[0].content[1].image_url.url",
      code: expect.any(String),
    });
    expect(turnpike.upstream.requests).toEqual([]);
  });
});
