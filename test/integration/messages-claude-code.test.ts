import { join } from "node:path";

import { query, type Options, type SDKMessage } from "@anthropic-ai/claude-agent-sdk";
import { expect, test } from "vitest";

import { reply, text, textBlock, thinking, toolUse } from "../../src/demo/build-reply.ts";
import type { Responder } from "../../src/demo/script.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";
import { API_KEY, makeFolder } from "./start-turnpike.ts";

const shared = shareTurnpike();
startEachTestAfresh(shared);

/** One prompt to a Claude Code whose API is Turnpike. */
async function runClaudeCode(prompt: string, options: Options = {}): Promise<readonly SDKMessage[]> {
  const folder = await makeFolder();
  const messages = query({
    prompt,
    options: {
      model: "claude-sonnet-5-5",
      cwd: folder,
      settingSources: [],
      permissionMode: "dontAsk",
      env: {
        PATH: process.env["PATH"],
        HOME: folder,
        CLAUDE_CONFIG_DIR: join(folder, "config"),
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
        ANTHROPIC_BASE_URL: shared().url,
        ANTHROPIC_API_KEY: API_KEY,
      },
      ...options,
    },
  });
  return Array.fromAsync(messages);
}

test("Claude Code itself works with Turnpike as its API: its tools are run by it, round by round", async () => {
  const rounds = ["echo first", "echo second", "echo third"];
  const play: Responder = (request) => {
    const results = conversationOf(request).flatMap(({ content }) =>
      typeof content === "string" ? [] : content.filter(({ type }) => type === "tool_result"),
    );
    const command = rounds[results.length];
    if (command === undefined) return text("All three ran.");
    return reply({ blocks: [thinking("Next."), textBlock("I run it."), toolUse("Bash", { command })] });
  };
  shared().upstream.respondWith(play);

  const messages = await runClaudeCode("Run three commands.", { tools: ["Bash"], allowedTools: ["Bash"] });

  expect(messages.at(-1)).toMatchObject({ type: "result", subtype: "success", result: "All three ran." });
  const outputs = messages.flatMap((message) =>
    message.type === "user" && Array.isArray(message.message.content) ? message.message.content : [],
  );
  expect(outputs).toMatchObject(
    ["first", "second", "third"].map((content) => ({ type: "tool_result", content })),
  );
  const last = shared().upstream.requests.at(-1);
  expect(last?.body.tools?.map(({ name }) => name)).toContain("Bash");
  const { sessions } = shared().health();
  expect(sessions.idle + sessions.busy).toBe(1);
});
