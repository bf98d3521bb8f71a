import { expect, test } from "vitest";

import { reply, text, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import { conversationOf, systemPromptOf, toolNamesOf } from "../upstream/read-request.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import type { Turnpike } from "./start-turnpike.ts";

/** What Cursor and others send to Chat Completions in the shapes of other APIs. */
const shared = shareTurnpike();

const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const PARAMETERS = { type: "object", properties: { path: { type: "string" } }, required: ["path"] };

interface Call {
  readonly id: string;
  readonly type: string;
  readonly function: { readonly name: string; readonly arguments: string };
}

interface Answer {
  readonly text: string;
  readonly calls: readonly Call[];
  readonly finishReason: unknown;
  readonly placement: string | null;
}

/** As Cursor does, over a stream, whose pieces are put together. */
async function ask(turnpike: Turnpike, body: object): Promise<Answer> {
  const response = await turnpike.post({ model: "sonnet", stream: true, ...body });
  const stream = await response.text();
  if (!response.ok) throw new Error(stream);
  const answer = {
    text: "",
    calls: [] as { id: string; type: string; function: { name: string; arguments: string } }[],
    finishReason: null as unknown,
  };
  for (const [, data = ""] of stream.matchAll(/^data: (\{.*)$/gm)) {
    // Proof for the cast: chunks are checked against OpenAI's types elsewhere.
    const chunk = JSON.parse(data) as {
      choices: {
        delta: { content?: string; tool_calls?: (Partial<Call> & { index: number })[] };
        finish_reason: unknown;
      }[];
    };
    for (const { delta, finish_reason: reason } of chunk.choices) {
      answer.text += delta.content ?? "";
      answer.finishReason = reason ?? answer.finishReason;
      for (const { index, id = "", type = "", function: called } of delta.tool_calls ?? []) {
        const call = (answer.calls[index] ??= {
          id,
          type,
          function: { name: called?.name ?? "", arguments: "" },
        });
        call.function.arguments += called?.arguments ?? "";
      }
    }
  }
  return { ...answer, placement: response.headers.get("x-turnpike-placement") };
}

/** What the model was sent last, without its own thinking. */
function lastConversation({ upstream }: Turnpike): unknown {
  const request = upstream.requests.at(-1);
  return (
    request &&
    conversationOf(request).map(({ role, content }) => ({ role, content: withoutThinking(content) }))
  );
}

function withoutThinking(content: ReturnType<typeof conversationOf>[number]["content"]): unknown {
  return typeof content === "string" ? content : content.filter(({ type }) => type !== "thinking");
}

test("the items and flat tools of Responses, over several rounds", async () => {
  const turnpike = shared();
  const { upstream } = turnpike;
  upstream.clear();
  upstream.respondWith([
    reply({
      blocks: [
        textBlock("I look."),
        toolUse("read_file", { path: "a" }, { id: "toolu_a" }),
        toolUse("read_file", { path: "b" }, { id: "toolu_b" }),
      ],
    }),
    text("Both are empty."),
    text("You're welcome."),
  ]);
  const common = {
    instructions: "Be brief.",
    tools: [
      { type: "function", name: "read_file", description: "Reads.", parameters: PARAMETERS, strict: false },
    ],
    tool_choice: { type: "auto" },
    max_output_tokens: 900,
    store: false,
    include: ["reasoning.encrypted_content"],
  };
  const input: object[] = [
    {
      role: "user",
      content: [
        { type: "input_text", text: "Look at both." },
        { type: "input_image", image_url: `data:image/png;base64,${PIXEL}`, detail: "auto" },
      ],
    },
  ];
  const first = await ask(turnpike, { ...common, input });
  expect(first).toMatchObject({
    text: "I look.",
    finishReason: "tool_calls",
    calls: [
      { id: "toolu_a", type: "function", function: { name: "read_file", arguments: '{"path":"a"}' } },
      { id: "toolu_b", type: "function", function: { name: "read_file", arguments: '{"path":"b"}' } },
    ],
  });
  const [request] = upstream.requests;
  expect(request?.body.tools?.find(({ name }) => name === "read_file")).toMatchObject({
    description: "Reads.",
    input_schema: PARAMETERS,
  });
  expect(request?.body.max_tokens).toBe(900);
  expect(request && systemPromptOf(request)).toContain("Be brief.");
  expect(lastConversation(turnpike)).toMatchObject([
    { role: "user", content: [{ type: "text", text: "Look at both." }, { type: "image" }] },
  ]);

  input.push(
    { type: "reasoning", id: "rs_1", summary: [] },
    { type: "message", role: "assistant", content: [{ type: "output_text", text: "I look." }] },
    ...first.calls.map(({ id, function: called }) => ({ type: "function_call", call_id: id, ...called })),
    { type: "function_call_output", call_id: "toolu_a", output: "nothing in a" },
    {
      type: "function_call_output",
      call_id: "toolu_b",
      output: [{ type: "input_text", text: "nothing in b" }],
    },
  );
  const second = await ask(turnpike, { ...common, input });
  expect(second).toMatchObject({ text: "Both are empty.", finishReason: "stop", placement: "hot" });
  expect(lastConversation(turnpike)).toMatchObject([
    { role: "user" },
    { role: "assistant", content: [{ type: "text" }, { type: "tool_use" }, { type: "tool_use" }] },
    {
      role: "user",
      content: [
        { type: "tool_result", tool_use_id: "toolu_a" },
        { type: "tool_result", tool_use_id: "toolu_b" },
      ],
    },
  ]);
  expect(JSON.stringify(lastConversation(turnpike))).toMatch(/nothing in a.*nothing in b/);

  input.push(
    { role: "assistant", content: [{ type: "output_text", text: "Both are empty." }] },
    { role: "user", content: "Thanks." },
  );
  expect(await ask(turnpike, { ...common, input })).toMatchObject({
    text: "You're welcome.",
    placement: "hot",
  });
});

test("Anthropic's bare tools and blocks, over several rounds", async () => {
  const turnpike = shared();
  const { upstream } = turnpike;
  upstream.clear();
  upstream.respondWith([
    reply({ blocks: [textBlock("I look."), toolUse("read_file", { path: "a" }, { id: "toolu_1" })] }),
    reply({ blocks: [toolUse("read_file", { path: "b" }, { id: "toolu_2" })] }),
    text("Done."),
  ]);
  const common = {
    system: [{ type: "text", text: "Be exact.", cache_control: { type: "ephemeral" } }],
    tools: [{ name: "read_file", description: "Reads.", input_schema: PARAMETERS }],
    tool_choice: { type: "auto", disable_parallel_tool_use: false },
    max_tokens: 900,
  };
  const messages: object[] = [
    {
      role: "user",
      content: [
        { type: "text", text: "Look.", cache_control: { type: "ephemeral" } },
        { type: "image", source: { type: "base64", media_type: "image/png", data: PIXEL } },
        {
          type: "document",
          title: "notes",
          source: { type: "text", media_type: "text/plain", data: "a note" },
        },
      ],
    },
  ];
  const first = await ask(turnpike, { ...common, messages });
  expect(first).toMatchObject({ text: "I look.", finishReason: "tool_calls", calls: [{ id: "toolu_1" }] });
  expect(lastConversation(turnpike)).toMatchObject([
    { role: "user", content: [{ type: "text", text: "Look." }, { type: "image" }, { type: "document" }] },
  ]);
  const [request] = upstream.requests;
  expect(request && toolNamesOf(request)).toEqual(["read_file"]);
  expect(request && systemPromptOf(request)).toContain("Be exact.");

  messages.push(
    {
      role: "assistant",
      content: [
        { type: "thinking", thinking: "hm", signature: "x" },
        { type: "text", text: "I look." },
        { type: "tool_use", id: "toolu_1", name: "read_file", input: { path: "a" } },
      ],
    },
    {
      role: "user",
      content: [
        { type: "text", text: "Quickly." },
        {
          type: "tool_result",
          tool_use_id: "toolu_1",
          content: [{ type: "text", text: "no such file" }],
          is_error: true,
          cache_control: { type: "ephemeral" },
        },
      ],
    },
  );
  const second = await ask(turnpike, { ...common, messages });
  expect(second).toMatchObject({ calls: [{ id: "toolu_2" }], placement: "hot" });
  expect(lastConversation(turnpike)).toMatchObject([
    {},
    { role: "assistant", content: [{ type: "text" }, { type: "tool_use", id: "toolu_1" }] },
    {
      role: "user",
      content: [
        { type: "tool_result", tool_use_id: "toolu_1", is_error: true },
        { type: "text", text: "Quickly." },
      ],
    },
  ]);

  messages.push(
    {
      role: "assistant",
      content: [{ type: "tool_use", id: "toolu_2", name: "read_file", input: { path: "b" } }],
    },
    { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_2" }] },
  );
  expect(await ask(turnpike, { ...common, messages })).toMatchObject({ text: "Done.", placement: "hot" });
});

test("a flat custom tool beside functions: its calls carry the text itself, to and fro", async () => {
  const turnpike = shared();
  const { upstream } = turnpike;
  const patch = '*** Begin Patch\n*** Add File: a.txt\n+"hello" \\ é\n*** End Patch';
  upstream.clear();
  upstream.respondWith([
    reply({ blocks: [toolUse("ApplyPatch", { input: patch }, { id: "toolu_p" })] }),
    text("Applied."),
  ]);
  const tools = [
    { type: "function", function: { name: "read_file", parameters: PARAMETERS } },
    {
      type: "custom",
      name: "ApplyPatch",
      description: "Changes files.",
      format: { type: "grammar", syntax: "lark", definition: "start: patch" },
    },
  ];
  const messages: object[] = [{ role: "user", content: "Add a file." }];
  const first = await ask(turnpike, { messages, tools });
  expect(first.calls).toEqual([
    { id: "toolu_p", type: "function", function: { name: "ApplyPatch", arguments: patch } },
  ]);
  const declared = upstream.requests[0]?.body.tools?.find(({ name }) => name === "ApplyPatch");
  expect(JSON.stringify(declared)).toContain("start: patch");

  messages.push(
    { role: "assistant", content: null, tool_calls: first.calls },
    { role: "tool", tool_call_id: "toolu_p", content: "ok" },
  );
  expect(await ask(turnpike, { messages, tools })).toMatchObject({ text: "Applied.", placement: "hot" });
  expect(lastConversation(turnpike)).toMatchObject([
    {},
    { content: [{ type: "tool_use", name: "ApplyPatch", input: { input: patch } }] },
    {},
  ]);
});

test.each([
  [{ input: [{ type: "image_generation_call", id: "ig_1" }] }, "input[0].type"],
  [{ input: "hi", previous_response_id: "resp_1" }, "previous_response_id"],
  [
    { messages: [{ role: "user", content: [{ type: "image", source: { type: "file", file_id: "x" } }] }] },
    "messages[0].content[0].type",
  ],
  [
    { messages: [{ role: "user", content: "hi" }], tools: [{ type: "telepathy", name: "web" }] },
    "tools[0].type",
  ],
])("what has no counterpart is named: %j", async (body, param) => {
  const turnpike = shared();
  turnpike.upstream.clear();
  const response = await turnpike.post({ model: "sonnet", ...body });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { type: "invalid_request_error", param } });
  expect(turnpike.upstream.requests).toEqual([]);
});
