import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { reply, text, textBlock, thinking, toolUse } from "../../src/demo/build-reply.ts";
import { expectChatStream } from "../schema/expect-chat-stream.ts";
import { expectChatCompletion } from "../schema/expect-openai.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { user } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import type { Turnpike } from "./start-turnpike.ts";

const shared = shareTurnpike({
  configFile: {
    profiles: { quiet: { activity: "hidden" } },
    models: { quiet: { profile: "quiet" } },
  },
});

interface Activity {
  readonly id: string;
  readonly name?: string;
  readonly input?: string;
  readonly status: string;
  readonly output?: string;
}

/** Claude thinks, writes a file, lists it, fails at a command, and is done. */
function scriptWork(turnpike: Turnpike): string {
  const { upstream, workspace } = turnpike;
  const file = join(workspace, "made.txt");
  upstream.clear();
  upstream.respondWith([
    reply({
      blocks: [
        thinking("A file first."),
        textBlock("I write it."),
        toolUse("Write", { file_path: file, content: "hello\n" }, { id: "toolu_write" }),
      ],
    }),
    reply({
      blocks: [
        toolUse("Bash", { command: `cat ${file}`, description: "Show it" }, { id: "toolu_cat" }),
        toolUse("Bash", { command: "echo lost >&2; exit 3" }, { id: "toolu_fail" }),
      ],
    }),
    text("Done."),
  ]);
  return file;
}

function requestOf(extra: Readonly<Record<string, unknown>> = {}, model = "claude-code") {
  return { model, messages: [user("Make a file.")], ...extra };
}

async function answer(turnpike: Turnpike, body: object) {
  const response = await turnpike.post(body);
  expect(response.status).toBe(200);
  const { choices } = expectChatCompletion(await response.json());
  // Proof for the cast: the schema that was just checked has these fields of ours.
  const message = choices[0]?.message as (typeof choices)[0]["message"] & {
    readonly reasoning_content?: string;
    readonly claude?: { readonly activity: readonly Activity[] };
  };
  return { message, choices, headers: response.headers };
}

test("a body tells in message.claude what Claude Code did by itself", async () => {
  const turnpike = shared();
  const file = scriptWork(turnpike);
  await writeFile(file, "");
  const request = requestOf({ claude: { activity: "field" } });
  const { message, headers } = await answer(turnpike, request);
  expect(await readFile(file, "utf8").catch(() => "")).toBeDefined();
  expect(message).toMatchObject({ content: "I write it.\n\nDone.", reasoning_content: "A file first." });
  const activities = message.claude?.activity ?? [];
  expect(activities.map(({ id, name, status }) => [id, name, status])).toEqual([
    ["toolu_write", "Write", expect.any(String)],
    ["toolu_cat", "Bash", "completed"],
    ["toolu_fail", "Bash", "failed"],
  ]);
  expect(JSON.parse(activities[1]?.input ?? "")).toMatchObject({ command: `cat ${file}` });
  expect(activities[2]?.output).toContain("lost");
  expect(headers.get("x-turnpike-ignored")).toBeNull();
});
