import { expect, test } from "vitest";
import * as zod from "zod";

import { text, toolUse, reply } from "../../src/demo/build-reply.ts";
import { toolNamesOf } from "../upstream/read-request.ts";
import { user } from "./ask.ts";
import { collectLog } from "./collect-log.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";

const responseSchema = zod.looseObject({ id: zod.string() });

const log = collectLog();
const shared = shareTurnpike({ logger: log.logger });
startEachTestAfresh(shared);

const parameters = { type: "object", properties: { path: { type: "string" } }, required: ["path"] };
/** As agents offer them: their own tools, and beside them what the server may run. */
const HOSTED = [
  { type: "image_generation", output_format: "png" },
  { type: "tool_search", execution: "server" },
  { type: "file_search", vector_store_ids: ["vs_1"], filters: { type: "eq", key: "a", value: "b" } },
  { type: "computer_use_preview", display_width: 800, display_height: 600, environment: "linux" },
] as const;
const REPORTED = HOSTED.map(({ type }) => `tools.${type}`);

function post(path: string, body: object): Promise<Response> {
  return shared().fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

const respond = (more: object) => post("/v1/responses", { model: "sonnet", input: "Read it.", ...more });
const chat = (more: object) =>
  post("/v1/chat/completions", { model: "sonnet", messages: [user("Read it.")], ...more });

const ways = [
  { way: "responses", ask: respond, own: { type: "function", name: "read", parameters, strict: false } },
  { way: "chat completions", ask: chat, own: { type: "function", function: { name: "read", parameters } } },
];

test.each(ways)(
  "in $way hosted tools beside the client's are left out and reported",
  async ({ ask, own }) => {
    shared().upstream.respondWith(reply({ blocks: [toolUse("read", { path: "a" })] }));
    const answer = await ask({ tools: [HOSTED[0], own, ...HOSTED.slice(1)] });
    expect(answer.status, await answer.clone().text()).toBe(200);
    expect(answer.headers.get("x-turnpike-ignored")?.split(/, ?/)).toEqual(REPORTED);
    expect(await answer.text()).toContain('"read"');
    expect(toolNamesOf(await shared().upstream.waitForRequest(1))).toEqual(["read"]);
    expect(log.text).toContain(JSON.stringify({ ignored: REPORTED }).slice(1, -1));
  },
);

test.each(ways)("in $way they alone do not let Claude Code's own tools loose", async ({ ask }) => {
  shared().upstream.respondWith(text("I have no tools."));
  const answer = await ask({ model: "claude-code", tools: HOSTED });
  expect(answer.status, await answer.clone().text()).toBe(200);
  expect(answer.headers.get("x-turnpike-ignored")).toContain("tools.image_generation");
  expect(toolNamesOf(await shared().upstream.waitForRequest(1))).toEqual([]);
});

test.each(ways)("in $way one that is named is refused", async ({ way, ask, own }) => {
  const tools = [own, ...HOSTED];
  const named = [
    { type: "image_generation" },
    { type: "function", name: "read", function: { name: "read" } },
  ];
  const allowed =
    way === "responses"
      ? { type: "allowed_tools", mode: "required", tools: named }
      : { type: "allowed_tools", allowed_tools: { mode: "required", tools: named } };
  for (const tool_choice of [named[0], allowed]) {
    const answer = await ask({ tools, tool_choice });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: {
        type: "invalid_request_error",
        code: "unsupported_value",
        message: expect.stringContaining("Claude makes no images."),
      },
    });
  }
  expect(shared().upstream.requests).toEqual([]);
});

/** A released Codex offers the search beside its own tools in every request. */
const SEARCH = { type: "web_search" };
const READ = { type: "function", name: "read", parameters, strict: false };

test("a call that is demanded by name leaves no hosted tool to call instead", async () => {
  shared().upstream.respondWith(reply({ blocks: [toolUse("read", { path: "a" })] }));
  const tool_choice = { type: "function", name: "read" };
  const answer = await respond({ tools: [SEARCH, READ], tool_choice });
  expect(answer.status, await answer.clone().text()).toBe(200);
  expect(await answer.json()).toMatchObject({ tool_choice, tools: [SEARCH, READ] });
  expect(toolNamesOf(await shared().upstream.waitForRequest(1))).toEqual(["read"]);
});

test.each(["sonnet", "claude-code"])(
  "%s with the choice `none` calls no hosted tool either",
  async (model) => {
    shared().upstream.respondWith([text("From memory."), text("Found.")]);
    const answer = await respond({ model, tools: [SEARCH], tool_choice: "none" });
    expect(answer.status, await answer.clone().text()).toBe(200);
    const { id } = responseSchema.parse(await answer.json());
    expect(toolNamesOf(await shared().upstream.waitForRequest(1))).toEqual([]);
    const next = await respond({ model, tools: [SEARCH], previous_response_id: id, input: "Look it up." });
    expect(next.status, await next.clone().text()).toBe(200);
    expect(toolNamesOf(await shared().upstream.waitForRequest(2))).toContain("WebSearch");
  },
);

test.each(["sonnet", "claude-code"])("%s is offered the allowed hosted tool alone", async (model) => {
  shared().upstream.respondWith(text("Found."));
  const tool_choice = { type: "allowed_tools", mode: "auto", tools: [SEARCH] };
  const answer = await respond({ model, tools: [READ, SEARCH], tool_choice });
  expect(answer.status, await answer.clone().text()).toBe(200);
  expect(answer.headers.get("x-turnpike-ignored")).toBeNull();
  expect(toolNamesOf(await shared().upstream.waitForRequest(1))).toEqual(["WebSearch"]);
});
