import { join } from "node:path";

import { query } from "@anthropic-ai/claude-agent-sdk";
import { expect, onTestFinished, test } from "vitest";

import { reply, text, textBlock, thinking, toolUse } from "../../src/demo/build-reply.ts";
import type { MessagesBody } from "../../src/demo/messages-body.ts";
import type { Responder } from "../../src/demo/script.ts";
import type { ScriptedModel } from "../../src/demo/scripted-model.ts";
import { marksIn, unmarkedPrompt } from "../upstream/marks-in.ts";
import { expectNoRefusals, startModel } from "../upstream/start-model.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { API_KEY, makeFolder } from "./start-turnpike.ts";

const shared = shareTurnpike();
const ROUNDS = 10;

const play: Responder = (request) => {
  const results = conversationOf(request).flatMap(({ content }) =>
    typeof content === "string" ? [] : content.filter(({ type }) => type === "tool_result"),
  );
  if (results.length === ROUNDS) return text("All of them ran.");
  const call = toolUse(
    "Bash",
    { command: `echo round ${results.length}` },
    { id: `toolu_${results.length}` },
  );
  return reply({ blocks: [thinking("Next."), textBlock("I run it."), call] });
};

interface Work {
  /** What the model was sent, request by request. */
  readonly bodies: readonly MessagesBody[];
  /** What Claude Code was told of all its requests together. */
  readonly usage: { readonly input: number; readonly read: number; readonly written: number };
}

/** A Claude Code with this API works for ten rounds. */
async function work(url: string, model: ScriptedModel): Promise<Work> {
  model.respondWith(play);
  const folder = await makeFolder();
  const messages = await Array.fromAsync(
    query({
      prompt: "Run ten commands.",
      options: {
        model: "claude-sonnet-5-5",
        cwd: folder,
        settingSources: [],
        permissionMode: "dontAsk",
        tools: ["Bash"],
        allowedTools: ["Bash"],
        env: {
          PATH: process.env["PATH"],
          HOME: folder,
          CLAUDE_CONFIG_DIR: join(folder, "config"),
          CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
          ANTHROPIC_BASE_URL: url,
          ANTHROPIC_API_KEY: API_KEY,
        },
      },
    }),
  );
  const end = messages.at(-1);
  if (end?.type !== "result" || end.subtype !== "success") throw new Error(JSON.stringify(end));
  expect(end.result).toBe("All of them ran.");
  const { usage } = end;
  return {
    bodies: model.requests.map(({ body }) => body),
    usage: {
      input: usage.input_tokens,
      read: usage.cache_read_input_tokens,
      written: usage.cache_creation_input_tokens,
    },
  };
}

/** The marks as Claude Code sets them: one on its system text, one on the last thing that was said. */
function expectMarks(body: MessagesBody): void {
  const place = body.messages.length - 1;
  const blocks = body.messages[place]?.content.length ?? 0;
  const system = (body.system?.length ?? 0) - 1;
  expect(marksIn(body)).toEqual([`system.${system}`, `messages.${place}.content.${blocks - 1}`]);
}

test(
  "with Claude Code as the client as much comes from the cache as without Turnpike: its marks go on with its history",
  { timeout: 240_000 },
  async () => {
    const direct = await startModel();
    onTestFinished(() => direct.close());
    const without = await work(direct.url, direct);
    const through = await work(shared().url, shared().upstream);
    for (const { bodies } of [without, through]) {
      expect(bodies).toHaveLength(ROUNDS + 1);
      bodies.forEach(expectMarks);
    }
    const prompts = through.bodies.map(unmarkedPrompt);
    for (const [index, { before, messages }] of prompts.slice(1).entries()) {
      const last = prompts[index];
      expect(before).toBe(last?.before);
      expect(messages.slice(0, last?.messages.length)).toEqual(last?.messages);
    }
    // What was neither read nor written is the same. Claude Code's own line for bookkeeping, which is not for the model, makes the rest
    // differ by some tokens a request.
    expect(through.usage.input).toBe(without.usage.input);
    expect(through.usage.read / without.usage.read).toBeGreaterThan(0.97);
    expect(through.usage.read / without.usage.read).toBeLessThan(1.01);
    expect(through.usage.written / without.usage.written).toBeGreaterThan(0.95);
    expect(through.usage.written / without.usage.written).toBeLessThan(1.01);
    expectNoRefusals(direct);
  },
);
