import { describe, expect, test } from "vitest";

import {
  emptyResponse,
  errorEvent,
  htmlPage,
  httpError,
  malformedEvent,
  reset,
  truncate,
} from "../../src/demo/build-fault.ts";
import { reply, textBlock } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import type { Reply, Step } from "../../src/demo/reply.ts";
import { PDF } from "../engine/media-fixtures.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { expectError, expectErrorBody, type ExpectedError } from "./expect-error.ts";
import { errorsOf, readEvents, textOf } from "./read-events.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { Talk } from "./talk.ts";

const turnpike = shareTurnpike({ flags: { "turns.upstreamRetries": 0 } });

interface Case extends ExpectedError {
  readonly name: string;
  readonly answer: Reply;
  readonly status: number;
  readonly retryAfter?: number;
}

const INVALID = "invalid_request_error";
const FAILED = { status: 502, type: "server_error", code: "upstream_failed" } as const;
const OVERLOADED = { status: 503, type: "server_error", code: "overloaded", retryAfter: 5 } as const;

const failures: readonly Case[] = [
  {
    name: "401",
    answer: httpError(401, { message: "invalid x-api-key" }),
    status: 401,
    type: "authentication_error",
    code: "upstream_authentication_failed",
    message: /server's own credentials.*not about your key/,
  },
  {
    name: "403",
    answer: httpError(403, { message: "No entry" }),
    status: 403,
    type: "permission_error",
    code: "upstream_permission_denied",
  },
  {
    name: "400",
    answer: httpError(400, { message: "messages.0: that is not possible" }),
    status: 400,
    type: INVALID,
    code: "upstream_invalid_request",
    message: /that is not possible/,
  },
  {
    name: "400 for a prompt that is too long",
    answer: httpError(400, { message: "prompt is too long: 250000 tokens > 200000 maximum" }),
    status: 400,
    type: INVALID,
    code: "context_length_exceeded",
  },
  {
    name: "400 for an empty account",
    answer: httpError(400, {
      message: "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.",
    }),
    status: 402,
    type: "insufficient_quota",
    code: "insufficient_quota",
  },
  {
    name: "402",
    answer: httpError(402, { message: "Payment required" }),
    status: 402,
    type: "insufficient_quota",
    code: "insufficient_quota",
  },
  {
    name: "404",
    answer: httpError(404, { message: "model: claude-nobody" }),
    status: 404,
    type: INVALID,
    code: "model_not_found",
  },
  {
    name: "413",
    answer: httpError(413, { message: "Request exceeds the maximum size" }),
    status: 413,
    type: INVALID,
    code: "request_too_large",
    // By these words opencode knows that it has to compact.
    message: /reduce the length of the messages/,
  },
  {
    name: "429",
    answer: httpError(429, { message: "This request would exceed your rate limit" }, { "retry-after": "7" }),
    status: 429,
    type: "rate_limit_error",
    code: "rate_limit_exceeded",
    retryAfter: 5,
  },
  { name: "500", answer: httpError(500, { message: "Internal server error" }), ...FAILED },
  { name: "529", answer: httpError(529, { message: "Overloaded" }), ...OVERLOADED },
  { name: "a reset before the answer", answer: reset(), ...FAILED },
  { name: "an empty answer", answer: emptyResponse(), ...FAILED },
  { name: "a page of HTML", answer: htmlPage(), ...FAILED },
  { name: "a stream without an end before its text", answer: early(truncate()), ...FAILED },
  { name: "a malformed stream before its text", answer: early(malformedEvent()), ...FAILED },
  { name: "an error event before its text", answer: early(errorEvent()), ...OVERLOADED },
  {
    name: "a refusal",
    answer: reply({ blocks: [], stopReason: "refusal" }),
    status: 400,
    type: INVALID,
    code: "content_filter",
  },
];

/** A stream that has begun and says nothing before this happens. */
function early(step: Step): Reply {
  return reply({ blocks: [textBlock("", { chunks: [step, "never seen"] })] });
}

const model = "sonnet";

describe("before any text", () => {
  const talk = new Talk(turnpike, model);

  test.each(failures)(
    "$name has its own status, streaming or not, and the conversation goes on",
    async (each) => {
      const { upstream, post } = turnpike();
      await talk.begin();
      // Not a list: some of them make Claude Code ask again at once, in another way.
      upstream.clear();
      upstream.respondWith(each.answer);
      const question = `and now for ${each.name}?`;
      const more = talk.asking(question);

      for (const stream of [false, true]) {
        const response = await post({ model, messages: more, stream });
        expect(response.headers.get("retry-after")).toBe(
          each.retryAfter === undefined ? null : String(each.retryAfter),
        );
        await expectError(response, each);
      }

      for (const request of upstream.requests) expect(conversationOf(request)).toEqual(more);
      await talk.say(question, `two for ${each.name}`);
      expect(upstream.requests.map(conversationOf)).toEqual([more]);
    },
  );
});

describe("after text", () => {
  const talk = new Talk(turnpike, model);
  const cases = [
    { name: "a reset", step: reset(), ...FAILED },
    { name: "a stream without an end", step: truncate(), ...FAILED },
    { name: "a malformed event", step: malformedEvent(), ...FAILED },
    { name: "an error event", step: errorEvent(), ...OVERLOADED },
    { name: "an error event of another kind", step: errorEvent("api_error", "Broken"), ...FAILED },
  ];

  test.each(cases)("$name ends a stream with an error event, and the conversation goes on", async (each) => {
    const { upstream, post } = turnpike();
    await talk.begin();
    const gate = new Gate();
    const broken = reply({
      blocks: [textBlock("", { chunks: ["Half of it", gate, each.step, " all."] })],
    });
    upstream.clear();
    upstream.respondWith([broken, broken]);
    const question = `and now for ${each.name}?`;
    const more = talk.asking(question);

    const response = await post({ model, messages: more, stream: true });
    expect(response.status).toBe(200);
    gate.release();
    const events = await readEvents(response);
    expect(textOf(events)).toBe("Half of it");
    expect(events.at(-1)).toBe("[DONE]");
    expect(errorsOf(events)).toHaveLength(1);
    expectErrorBody(events.at(-2), each);
    await expectError(await post({ model, messages: more }), each);

    expect(upstream.requests.map(conversationOf)).toEqual([more, more]);
    await talk.say(question, `two for ${each.name}`);
    expect(upstream.requests.map(conversationOf)).toEqual([more]);
  });

  test("a refusal ends a stream with an error event", async () => {
    const { upstream, post } = turnpike();
    upstream.clear();
    upstream.respondWith(reply({ blocks: [textBlock("Well, ")], stopReason: "refusal" }));
    const body = { model, messages: [{ role: "user", content: "Something forbidden" }] };

    const events = await readEvents(await post({ ...body, stream: true }));
    expect(textOf(events)).toBe("Well, ");
    expectErrorBody(errorsOf(events)[0], { type: INVALID, code: "content_filter" });
    await expectError(await post(body), { status: 400, type: INVALID, code: "content_filter" });
    expect(upstream.requests).toHaveLength(2);
  });
});

describe("what the API cannot read is told to the client, not to Claude Code", () => {
  const image = { type: "image_url", image_url: { url: "https://example.com/cat.png" } };
  const pdf = { type: "file", file: { file_data: PDF, filename: "report.pdf" } };

  test.each([
    [
      "messages.0.content.0.image.source.url: Unable to download the file.",
      image,
      /could not read an image.*by https/,
    ],
    ["Could not process image", image, /could not read an image.*whole PNG/],
    ["Could not process PDF", pdf, /could not read a document/],
  ])("%s", async (message, part, told) => {
    const { upstream } = turnpike();
    upstream.clear();
    upstream.respondWith(() => httpError(400, { message }));
    const content = [part, { type: "text", text: message }];
    const response = await turnpike().post({ model: "sonnet", messages: [{ role: "user", content }] });
    const error = { status: 400, type: INVALID, code: "upstream_invalid_request" };
    await expectError(response, { ...error, message: told });
  });
});
