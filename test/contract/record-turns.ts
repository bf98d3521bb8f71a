import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type SDKMessage, type SDKUserMessage, query } from "@anthropic-ai/claude-agent-sdk";

import { httpError, reset } from "../../src/demo/build-fault.ts";
import { reply, text, textBlock, thinking, toolUse } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import type { Reply } from "../../src/demo/reply.ts";
import { startScriptedModel } from "../../src/demo/scripted-model.ts";
import { PushQueue } from "../../src/lib/push-queue.ts";
import { ToolGate } from "../../src/engines/claude/tools/tool-gate.ts";
import { sessionOptions } from "../../src/engines/claude/start-options.ts";
import { AGENT_KIND } from "../engine/turn-fixtures.ts";
import { DENYING_SUPERVISOR, turnInput } from "../engine/turn-input.ts";

/**
 * Records what Claude Code says in the kinds of turns that there are, for the tests of the turn mapper. To be run by hand
 * when the Agent SDK is upgraded: `npx node test/contract/record-turns.ts`. What differs then is what the mapper has to learn.
 * With the names of scenes it records these only.
 */
const FOLDER = join(import.meta.dirname, "../../src/engines/claude/recordings");

interface Scene {
  readonly hasClientTools?: true;
  readonly replies: (workspace: string) => readonly Reply[];
  /** Let go once Claude Code has handed on this piece: what is cut off unread would be lost. */
  readonly gate?: { readonly gate: Gate; readonly after: string };
}

const gates = {
  text: new Gate(),
  thought: new Gate(),
  lateText: new Gate(),
  call: new Gate(),
  lateCall: new Gate(),
  secondCall: new Gate(),
  afterCall: new Gate(),
};

/** What the client offers where it has tools. */
const CLIENT_TOOLS = ["look", "see"].map((name) => ({ name, inputSchema: { type: "object" } }));

const SCENES: Readonly<Record<string, Scene>> = {
  "plain-text": { replies: () => [text("Hello to you and to everybody else.")] },
  thinking: {
    replies: () => [reply({ blocks: [thinking("Let me think."), textBlock("I have thought.")] })],
  },
  "tool-round": {
    replies: (workspace) => [
      reply({
        blocks: [
          thinking("I had better look."),
          textBlock("I look into the file."),
          toolUse("Read", { file_path: join(workspace, "note.txt") }, { id: "toolu_read", chunkSize: 500 }),
        ],
      }),
      text("It is a note."),
    ],
  },
  "parallel-tools": {
    replies: (workspace) => [
      reply({
        blocks: [
          toolUse("Read", { file_path: join(workspace, "note.txt") }, { id: "toolu_note", chunkSize: 500 }),
          toolUse(
            "Read",
            { file_path: join(workspace, "missing.txt") },
            { id: "toolu_missing", chunkSize: 500 },
          ),
        ],
      }),
      text("One is there, one is not."),
    ],
  },
  "retry-before-text": { replies: () => [httpError(529), text("Second time lucky.")] },
  "retry-after-text": {
    gate: { gate: gates.text, after: "Hello, " },
    replies: () => [
      reply({ blocks: [textBlock("", { chunks: ["Hello, ", gates.text, reset()] })] }),
      text("Hello, world."),
    ],
  },
  "retry-after-thinking": {
    gate: { gate: gates.thought, after: "Another" },
    replies: () => [
      reply({
        blocks: [thinking("A first thought."), thinking("", { chunks: ["Another", gates.thought, reset()] })],
      }),
      reply({ blocks: [thinking("A second thought."), textBlock("Done.")] }),
    ],
  },
  "cut-after-thinking": {
    gate: { gate: gates.lateText, after: "Half an" },
    replies: () => [
      reply({
        blocks: [thinking("A thought."), textBlock("", { chunks: ["Half an", gates.lateText, reset()] })],
      }),
      text("A whole answer."),
    ],
  },
  "client-calls": {
    hasClientTools: true,
    replies: () => [
      reply({
        blocks: [
          textBlock("I look twice."),
          toolUse("look", { at: "caf\u00e9 \u{1f469}\u200d\u{1f680}" }, { id: "toolu_look", chunkSize: 5 }),
          toolUse("see", {}, { id: "toolu_see" }),
        ],
      }),
    ],
  },
  "client-call-and-own": {
    hasClientTools: true,
    replies: (workspace) => [
      reply({
        blocks: [
          toolUse("look", { at: "this" }, { id: "toolu_look" }),
          toolUse("Read", { file_path: join(workspace, "note.txt") }, { id: "toolu_note", chunkSize: 500 }),
        ],
      }),
    ],
  },
  "client-call-broken": {
    hasClientTools: true,
    replies: () => [
      reply({ blocks: [toolUse("look", {}, { id: "toolu_look", chunks: ['{"at": "th'] })] }),
      text("I give up."),
    ],
  },
  "client-call-broken-of-two": {
    hasClientTools: true,
    replies: () => [
      reply({
        blocks: [
          toolUse("look", {}, { id: "toolu_look", chunks: ['{"at": "th'] }),
          toolUse("see", { at: "everything" }, { id: "toolu_see", chunkSize: 5, delayMs: 20 }),
        ],
        usage: { output_tokens: 40 },
      }),
      text("I give up."),
    ],
  },
  "cut-in-call": {
    hasClientTools: true,
    gate: { gate: gates.call, after: "first ha" },
    replies: () => [
      reply({
        blocks: [
          toolUse("look", {}, { id: "toolu_look", chunks: ['{"at": "first ha', gates.call, reset()] }),
        ],
      }),
      reply({ blocks: [toolUse("look", { at: "a whole" }, { id: "toolu_again" })] }),
    ],
  },
  "cut-in-call-after-thinking": {
    hasClientTools: true,
    gate: { gate: gates.lateCall, after: "first ha" },
    replies: () => [
      reply({
        blocks: [
          thinking("A thought."),
          toolUse("look", {}, { id: "toolu_look", chunks: ['{"at": "first ha', gates.lateCall, reset()] }),
        ],
      }),
      reply({ blocks: [toolUse("look", { at: "a whole" }, { id: "toolu_again" })] }),
    ],
  },
  "cut-after-call": {
    hasClientTools: true,
    gate: { gate: gates.afterCall, after: "I al" },
    replies: () => [
      reply({
        blocks: [
          toolUse("look", { at: "this" }, { id: "toolu_look" }),
          textBlock("", { chunks: ["I al", gates.afterCall, reset()] }),
        ],
      }),
    ],
  },
  "cut-in-second-call": {
    hasClientTools: true,
    gate: { gate: gates.secondCall, after: "first ha" },
    replies: () => [
      reply({
        blocks: [
          toolUse("look", { at: "this" }, { id: "toolu_look" }),
          toolUse("see", {}, { id: "toolu_see", chunks: ['{"at": "first ha', gates.secondCall, reset()] }),
        ],
      }),
    ],
  },
  refusal: { replies: () => [reply({ blocks: [textBlock("I would rather")], stopReason: "refusal" })] },
  "max-tokens": {
    replies: () => [reply({ blocks: [textBlock("This is too lo")], stopReason: "max_tokens" }), text("ng.")],
  },
  "stop-sequence": {
    replies: () => [
      reply({ blocks: [textBlock("One, two, ")], stopReason: "stop_sequence", stopSequence: "three" }),
    ],
  },
  "upstream-error": { replies: () => [httpError(403, { message: "No entry." })] },
  "prompt-too-long": {
    replies: () => [httpError(400, { message: "prompt is too long: 250000 tokens > 200000 maximum" })],
  },
};

await mkdir(FOLDER, { recursive: true });
const names = process.argv.slice(2);
for (const [name, scene] of Object.entries(SCENES)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const messages = await record(scene);
  const lines = messages.map((message) => JSON.stringify(message));
  await writeFile(join(FOLDER, `${name}.events.jsonl`), `${lines.join("\n")}\n`);
  console.log(`${name}: ${messages.length} messages`);
}

async function record(scene: Scene): Promise<readonly unknown[]> {
  const workspace = await mkdtemp(join(tmpdir(), "turnpike-record-"));
  const model = await startScriptedModel();
  const input = new PushQueue<SDKUserMessage>();
  try {
    await writeFile(join(workspace, "note.txt"), "A note.\n");
    model.respondWith(scene.replies(workspace));
    const environment = {
      PATH: process.env["PATH"] ?? "",
      HOME: workspace,
      CLAUDE_CONFIG_DIR: join(workspace, ".claude"),
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: "sk-ant-recording",
    };
    const spec = { kind: AGENT_KIND, workspace, model: "claude-sonnet-5", instructions: "", systemText: "" };
    const gate = new ToolGate();
    gate.begin({ input: turnInput([]), supervisor: DENYING_SUPERVISOR, workspace, costUsd: 0 });
    const session = query({
      prompt: input,
      options: {
        ...sessionOptions(spec, "acceptEdits", { environment, upstreamRetries: 1 }),
        ...gate.callbacks(spec.kind),
      },
    });
    if (scene.hasClientTools) await session.setMcpServers(gate.desk.offer(CLIENT_TOOLS) ?? {});
    input.push({ type: "user", parent_tool_use_id: null, message: { role: "user", content: "Hello." } });
    const messages: unknown[] = [];
    for await (const message of session) {
      const isDelta = message.type === "stream_event" && message.event.type === "content_block_delta";
      if (scene.gate && isDelta && JSON.stringify(message).includes(scene.gate.after))
        scene.gate.gate.release();
      messages.push(clean(message, workspace));
      if (message.type === "result") break;
    }
    return messages;
  } finally {
    input.end();
    await model.close();
    await rm(workspace, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Without this machine's paths, and without the long list of what a session has at its start. */
function clean(message: SDKMessage, workspace: string): unknown {
  const known: unknown = JSON.parse(JSON.stringify(message).replaceAll(workspace, "/workspace"));
  if (message.type !== "system" || message.subtype !== "init") return known;
  return { type: message.type, subtype: message.subtype, session_id: message.session_id, uuid: message.uuid };
}
