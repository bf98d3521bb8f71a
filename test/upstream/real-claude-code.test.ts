import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { query } from "@anthropic-ai/claude-agent-sdk";
import type {
  Options,
  Query,
  SDKMessage,
  SDKResultMessage,
  SDKUserMessage,
} from "@anthropic-ai/claude-agent-sdk";
import { describe, expect, onTestFinished, test } from "vitest";
import { errorEvent, httpError } from "../../src/demo/build-fault.ts";
import { reply, text, textBlock, thinking, toolUse } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { blocksOf } from "../../src/demo/messages-body.ts";
import { tagOf } from "../../src/demo/thinking-seal.ts";
import { conversationOf, systemPromptOf, toolNamesOf } from "./read-request.ts";
import { startUpstream } from "./start-upstream.ts";

describe("chat mode", () => {
  test("streams thinking and text", async () => {
    const model = await startUpstream();
    model.respondWith(
      reply({ blocks: [thinking("Let me see.", { tag: "seen" }), textBlock("Good day to you.")] }),
    );

    const messages = await collect(await ask(model.url, "hello", { systemPrompt: "Be brief." }));

    expect(deltasOf(messages, "thinking_delta", "thinking")).toBe("Let me see.");
    expect(tagOf(deltasOf(messages, "signature_delta", "signature"))).toBe("seen");
    expect(deltasOf(messages, "text_delta", "text")).toBe("Good day to you.");
    expect(resultOf(messages)).toMatchObject({
      is_error: false,
      result: "Good day to you.",
      stop_reason: "end_turn",
    });
    const request = await model.waitForRequest(1);
    expect(conversationOf(request)).toEqual([{ role: "user", content: "hello" }]);
    expect(systemPromptOf(request)).toBe("Be brief.");
    expect(await request.ended).toMatchObject({ type: "finished" });
  });

  test.each(["claude-sonnet-5", "claude-opus-5", "claude-haiku-4-5"])(
    "continues a hot conversation on %s, with cache reads",
    async (name) => {
      const model = await startUpstream();
      model.respondWith([text("one"), text("two")]);
      const turns = createPrompts();
      turns.push("first");

      const results: SDKResultMessage[] = [];
      for await (const message of await ask(model.url, turns.prompts, { model: name })) {
        if (message.type !== "result") continue;
        results.push(message);
        if (results.length === 1) turns.push("<system-reminder>mine</system-reminder> second");
        else turns.end();
      }

      expect(conversationOf(await model.waitForRequest(2))).toEqual([
        { role: "user", content: "first" },
        { role: "assistant", content: "one" },
        { role: "user", content: "<system-reminder>mine</system-reminder> second" },
      ]);
      expect(results[0]?.usage.cache_read_input_tokens).toBe(0);
      expect(results[1]?.usage.cache_read_input_tokens).toBeGreaterThan(0);
    },
  );

  test("changes the model with a probe that uses up no reply, and leaves the command out of the conversation", async () => {
    const model = await startUpstream();
    model.respondWith([text("one"), text("two")]);
    const turns = createPrompts();
    turns.push("first");

    const session = await ask(model.url, turns.prompts);
    let count = 0;
    for await (const message of session) {
      if (message.type !== "result") continue;
      count += 1;
      if (count === 2) turns.end();
      if (count !== 1) continue;
      await session.setModel("claude-opus-5");
      turns.push("second");
    }

    expect(model.probes.map((probe) => probe.body.model)).toEqual(["claude-opus-5"]);
    expect(conversationOf(await model.waitForRequest(2)).map((message) => message.content)).toEqual([
      "first",
      "one",
      "second",
    ]);
  });
});

describe("tools", () => {
  test("runs two built-in tools and sends their results", async () => {
    const model = await startUpstream();
    const cwd = await createFolder();
    await writeFile(join(cwd, "note.txt"), "the note\n");
    model.respondWith([
      reply({
        blocks: [
          toolUse("Read", { file_path: join(cwd, "note.txt") }, { id: "toolu_read" }),
          toolUse("Bash", { command: "echo from bash", description: "Say it" }, { id: "toolu_bash" }),
        ],
      }),
      text("done"),
    ]);

    const session = await ask(model.url, "look", {
      cwd,
      systemPrompt: { type: "preset", preset: "claude_code" },
      tools: { type: "preset", preset: "claude_code" },
      allowedTools: ["Read", "Bash"],
    });
    const messages = await collect(session);

    expect(resultOf(messages)).toMatchObject({ is_error: false, result: "done" });
    const [question, call, results] = conversationOf(await model.waitForRequest(2));
    expect(question).toEqual({ role: "user", content: "look" });
    expect(call).toMatchObject({ content: [{ id: "toolu_read" }, { id: "toolu_bash" }] });
    const sent = JSON.stringify(results);
    expect(sent).toContain("the note");
    expect(sent).toContain("from bash");
    expect(toolNamesOf(await model.waitForRequest(1))).toContain("Bash");
  });
});

describe("today's models", () => {
  test.each(["claude-fable-5-2", "claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"])(
    "%s keeps its thinking through calls and turns: the history that Claude Code sends is never refused",
    { timeout: 180_000 },
    async (name) => {
      const model = await startUpstream({ plays: "as-the-model" });
      const cwd = await createFolder();
      const file = join(cwd, "note.txt");
      await writeFile(file, "the note\n");
      const look = (id: string) => toolUse("Read", { file_path: file }, { id });
      model.respondWith([
        reply({ blocks: [textBlock("I look."), look("toolu_one")] }),
        reply({ blocks: [textBlock("Once more."), look("toolu_two")] }),
        text("It is a note."),
        text("Still a note."),
      ]);
      const turns = createPrompts();
      turns.push("look");
      const session = await ask(model.url, turns.prompts, {
        cwd,
        model: name,
        tools: ["Read"],
        allowedTools: ["Read"],
      });
      const results: SDKResultMessage[] = [];
      for await (const message of session) {
        if (message.type !== "result") continue;
        results.push(message);
        if (results.length === 1) turns.push("and now?");
        else turns.end();
      }

      expect(results.map((result) => result.subtype === "success" && result.result)).toEqual([
        "It is a note.",
        "Still a note.",
      ]);
      const last = await model.waitForRequest(4);
      const blocks = last.body.messages.filter(({ role }) => role === "assistant").flatMap(blocksOf);
      const isSpoken = name === "claude-haiku-5-5";
      // Fable, Opus and Sonnet say between two calls as thinking, which Claude Code asks to be shown.
      expect(blocks.map(({ type, thinking: thought }) => [type, thought])).toEqual([
        ["thinking", ""],
        ["text", undefined],
        ["tool_use", undefined],
        ...(isSpoken
          ? [
              ["thinking", ""],
              ["text", undefined],
            ]
          : [["thinking", "Once more."]]),
        ["tool_use", undefined],
        ["thinking", ""],
        ["text", undefined],
      ]);
    },
  );
});

describe("faults", () => {
  test("reports an error status", async () => {
    const model = await startUpstream();
    model.respondWith(httpError(403, { message: "No entry" }));

    const messages = await collect(await ask(model.url, createPrompts("hello").prompts));

    expect(resultOf(messages)).toMatchObject({ is_error: true, api_error_status: 403 });
    expect(model.requests).toHaveLength(1);
  });

  test("reports an error event in the middle of the stream", async () => {
    const model = await startUpstream();
    model.respondWith(reply({ blocks: [textBlock("", { chunks: ["Hel", errorEvent()] })] }));

    const messages = await collect(await ask(model.url, createPrompts("hello").prompts));

    expect(deltasOf(messages, "text_delta", "text")).toContain("Hel");
    expect(resultOf(messages)).toMatchObject({ is_error: true });
  });

  test("records that Claude Code dropped the request", async () => {
    const model = await startUpstream();
    const gate = new Gate();
    model.respondWith(reply({ blocks: [textBlock("", { chunks: ["Hel", gate, "lo"] })] }));

    const session = await ask(model.url, createPrompts("hello").prompts);
    const reading = collect(session);
    const request = await model.waitForRequest(1);
    await gate.reached;
    expect(request.end).toBeUndefined();
    await session.interrupt();

    expect(await request.ended).toMatchObject({ type: "aborted" });
    expect(request.aborted).toBe(true);
    expect(resultOf(await reading)).toMatchObject({ terminal_reason: "aborted_streaming" });
  });
});

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "turnpike-upstream-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

async function ask(
  url: string,
  prompt: string | AsyncIterable<SDKUserMessage>,
  options: Options = {},
): Promise<Query> {
  const config = await createFolder();
  const session = query({
    prompt,
    options: {
      model: "claude-sonnet-5",
      systemPrompt: "",
      settingSources: [],
      tools: [],
      includePartialMessages: true,
      permissionMode: "dontAsk",
      verbatimPrompts: true,
      persistSession: false,
      cwd: config,
      env: {
        PATH: process.env["PATH"],
        HOME: config,
        CLAUDE_CONFIG_DIR: config,
        ANTHROPIC_BASE_URL: url,
        ANTHROPIC_API_KEY: "sk-ant-demo",
        CLAUDE_CODE_MAX_RETRIES: "0",
        CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK: "1",
        ENABLE_TOOL_SEARCH: "false",
        CLAUDE_CODE_TOTAL_TOKENS_REMINDER: "off",
        CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "1",
        CLAUDE_CODE_DISABLE_REFUSAL_RETRY: "1",
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
        DISABLE_AUTOUPDATER: "1",
      },
      ...options,
    },
  });
  onTestFinished(() => session.close());
  return session;
}

/** Prompts that a test sends one after the other; with a first text it ends when the result is there. */
function createPrompts(first?: string) {
  const waiting: string[] = first === undefined ? [] : [first];
  let isEnded = false;
  let wake = Promise.withResolvers<void>();
  const push = (content: string) => {
    waiting.push(content);
    wake.resolve();
  };
  const end = () => {
    isEnded = true;
    wake.resolve();
  };
  async function* generate(): AsyncGenerator<SDKUserMessage> {
    while (true) {
      const content = waiting.shift();
      if (content !== undefined) {
        yield { type: "user", parent_tool_use_id: null, message: { role: "user", content } };
      } else if (isEnded) {
        return;
      } else {
        await wake.promise;
        wake = Promise.withResolvers();
      }
    }
  }
  return { push, end, prompts: generate() };
}

/** Reads until the first result: a session with open prompts would wait for the next one. */
async function collect(session: Query): Promise<SDKMessage[]> {
  const messages: SDKMessage[] = [];
  for await (const message of session) {
    messages.push(message);
    if (message.type === "result") break;
  }
  return messages;
}

function resultOf(messages: readonly SDKMessage[]): SDKResultMessage | undefined {
  return messages.find((message) => message.type === "result");
}

function deltasOf(messages: readonly SDKMessage[], type: string, field: string): string {
  const pieces = messages.map((message) => {
    if (message.type !== "stream_event" || message.event.type !== "content_block_delta") return "";
    const delta: Record<string, unknown> = { ...message.event.delta };
    return delta["type"] === type ? String(delta[field]) : "";
  });
  return pieces.join("");
}
