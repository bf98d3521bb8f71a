import { query } from "@anthropic-ai/claude-agent-sdk";
import { expect, test } from "vitest";

import { text } from "../../src/demo/build-reply.ts";
import { BUILT_IN_TOOLS } from "../../src/engines/claude/tools/built-in-tools.ts";
import { shareClaude } from "./share-claude.ts";

const claude = shareClaude();

test("every tool that Claude Code has by itself is known by its name", async () => {
  const { environment, model, folder } = claude();
  model.respondWith(text("Hello."));
  const tools = { type: "preset", preset: "claude_code" } as const;
  const options = { cwd: folder, env: { ...environment }, settingSources: [], tools };
  const names: string[] = [];
  for await (const message of query({ prompt: "Hello.", options })) {
    if (message.type === "system" && message.subtype === "init") names.push(...message.tools);
  }
  expect(names).toEqual(expect.arrayContaining(["Bash", "Read", "Write"]));
  expect(names.filter((name) => !BUILT_IN_TOOLS.has(name))).toEqual([]);
});
