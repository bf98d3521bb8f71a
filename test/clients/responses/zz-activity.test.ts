import { Agent, OpenAIProvider, Runner } from "@openai/agents";
import { createOpenAI } from "@ai-sdk/openai";
import { generateText, streamText, stepCountIs } from "ai";
import { ChatOpenAI } from "@langchain/openai";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { reply, text, textBlock, toolUse, wholeBlock } from "../../../src/demo/build-reply.ts";
import { shareTurnpike } from "../../integration/share-turnpike.ts";
import { API_KEY } from "../../integration/start-turnpike.ts";
const shared = shareTurnpike();
function search() {
  const found = {
    type: "web_search_result",
    url: "https://example.com/a",
    title: "A",
    encrypted_content: "x",
  };
  return reply({
    blocks: [
      wholeBlock({
        type: "server_tool_use",
        id: "srvtoolu_1",
        name: "web_search",
        input: { query: "tolls" },
      }),
      wholeBlock({ type: "web_search_tool_result", tool_use_id: "srvtoolu_1", content: [found] }),
      textBlock("Found A."),
    ],
  });
}
beforeEach(() => {
  const file = join(shared().workspace, "notes.txt");
  const steps = [
    reply({
      blocks: [
        textBlock("I begin."),
        toolUse("Bash", { command: "echo out; echo err >&2", description: "Say" }),
      ],
    }),
    reply({ blocks: [toolUse("Write", { file_path: file, content: "one\ntwo\n" })] }),
    reply({ blocks: [toolUse("Edit", { file_path: file, old_string: "two", new_string: "three" })] }),
    reply({ blocks: [toolUse("Read", { file_path: file })] }),
    reply({ blocks: [toolUse("WebSearch", { query: "tolls" })] }),
    text("All done."),
  ];
  let step = 0;
  shared().upstream.clear();
  shared().upstream.respondWith(({ body }) => {
    if (body.tools?.some((tool) => tool.name === "web_search")) return search();
    step += 1;
    return steps[step - 1] ?? text("too far");
  });
});
const strip: typeof fetch = async (u, i) => { const r = await fetch(u, i); if (!r.headers.get('content-type')?.includes('json')) return r; const j = await r.json(); if (j.output) j.output = j.output.filter((x: {type: string}) => x.type !== 'apply_patch_call_output'); return new Response(JSON.stringify(j), { status: r.status, headers: { 'content-type': 'application/json' } }); };
const ai = () => createOpenAI({ fetch: strip, baseURL: `${shared().url}/v1`, apiKey: API_KEY });
test.each([true, false])("ai-sdk generate store %s", async (store) => {
  const r = await generateText({
    model: ai()("claude-code"),
    maxRetries: 0,
    prompt: "Work.",
    providerOptions: { openai: { store } },
  });
  console.log(JSON.stringify(r.content), r.finishReason);
  expect(r.text).toContain("All done.");
  shared().upstream.respondWith(text("Bye."));
  const two = await generateText({
    model: ai()("claude-code"),
    maxRetries: 0,
    messages: [
      { role: "user", content: "Work." },
      ...(r.responseMessages ?? r.response.messages),
      { role: "user", content: "Bye." },
    ],
    providerOptions: { openai: { store } },
  });
  expect(two.text).toBe("Bye.");
});
test("ai-sdk stream", async () => {
  const r = streamText({ model: ai()("claude-code"), maxRetries: 0, prompt: "Work." });
  const parts = await Array.fromAsync(r.stream);
  console.log(parts.map((p) => p.type).join(","), JSON.stringify(parts.filter((p) => p.type === "error")));
  expect(await r.text).toContain("All done.");
});
test("langchain", async () => {
  const model = new ChatOpenAI({
    model: "claude-code",
    apiKey: API_KEY,
    maxRetries: 0,
    useResponsesApi: true,
    configuration: { baseURL: `${shared().url}/v1` },
  });
  const a = await model.invoke("Work.");
  console.log(a.text, JSON.stringify(a.content), JSON.stringify(a.additional_kwargs).slice(0, 500));
});
test("langchain stream", async () => {
  const model = new ChatOpenAI({
    model: "claude-code",
    apiKey: API_KEY,
    maxRetries: 0,
    useResponsesApi: true,
    configuration: { baseURL: `${shared().url}/v1` },
  });
  const c = await Array.fromAsync(await model.stream("Work."));
  console.log(c.map((x) => x.text).join(""));
});
test("agents", async () => {
  const runner = new Runner({
    tracingDisabled: true,
    modelProvider: new OpenAIProvider({ openAIClient: shared().openai }),
  });
  const r = await runner.run(new Agent({ name: "A", model: "claude-code" }), "Work.");
  console.log(r.finalOutput);
  shared().upstream.respondWith(text("Bye."));
  const two = await runner.run(new Agent({ name: "A", model: "claude-code" }), [
    ...r.history,
    { role: "user", content: "Bye." },
  ]);
  expect(two.finalOutput).toBe("Bye.");
});
