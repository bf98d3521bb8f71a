import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { reply, text, textBlock, thinking, toolUse } from "../../src/demo/build-reply.ts";
import type { ContentBlock } from "../../src/demo/messages-body.ts";
import { userTexts } from "../../src/demo/user-text.ts";
import { type ConversationMessage, conversationOf, systemPromptOf } from "../upstream/read-request.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { ask, assistant, system, user } from "./ask.ts";
import { runningProcessIds } from "./claude-processes.ts";
import { makeFolder, startTurnpike } from "./start-turnpike.ts";

/** A server that can be stopped and started again with the same data, workspace and model. */
async function startRestartable(flags: Readonly<Record<string, unknown>> = {}) {
  const upstream = await startUpstream();
  const workspace = await makeFolder();
  const dataDir = join(await makeFolder(), "data");
  const start = () => startTurnpike({ upstream, dataDir, flags: { workspace, ...flags } });
  let turnpike = await start();
  return {
    upstream,
    workspace,
    get turnpike() {
      return turnpike;
    },
    async restart() {
      await turnpike.stop();
      expect(await runningProcessIds()).toEqual([]);
      turnpike = await start();
    },
  };
}

test("a named conversation goes on after a restart, with the new message alone or with all of them", async () => {
  const server = await startRestartable();
  const { upstream } = server;
  upstream.respondWith(({ body }) => text(`re: ${userTexts(body).at(-1)}`));
  const named = { conversation: "my/notes" };
  await ask(server.turnpike, [system("Be brief."), user("one")], named);
  await ask(server.turnpike, "two", named);

  await server.restart();
  expect(await ask(server.turnpike, "three", named)).toMatchObject({ placement: "resumed", ...named });
  const all = [user("one"), assistant("re: one"), user("two"), assistant("re: two"), user("three")];
  const third = upstream.requests[2];
  expect(third && conversationOf(third)).toEqual(all);
  expect(third && systemPromptOf(third)).toBe("Be brief.");
  expect(await ask(server.turnpike, "four", named)).toMatchObject({ placement: "hot" });

  await server.restart();
  const resent = [...all, assistant("re: three"), user("four"), assistant("re: four"), user("five")];
  const fifth = await ask(server.turnpike, [system("Be brief."), ...resent], named);
  expect(fifth).toMatchObject({ placement: "resumed", ...named });
  expect(conversationOf(await upstream.waitForRequest(5))).toEqual(resent);
});

test("an unnamed conversation is recognised after a restart, and its id is still a name for it", async () => {
  const server = await startRestartable();
  const { upstream } = server;
  upstream.respondWith(({ body }) => text(`re: ${userTexts(body).at(-1)}`));
  const { conversation } = await ask(server.turnpike, "one");

  await server.restart();
  const two = [user("one"), assistant("re: one"), user("two")];
  expect(await ask(server.turnpike, two)).toMatchObject({ placement: "resumed", conversation });
  expect(conversationOf(await upstream.waitForRequest(2))).toEqual(two);

  await server.restart();
  const three = await ask(server.turnpike, "three", { conversation });
  expect(three).toMatchObject({ placement: "resumed", conversation });
  const all = [...two, assistant("re: two"), user("three")];
  expect(conversationOf(await upstream.waitForRequest(3))).toEqual(all);
  // A branch from before the restart.
  const branch = await ask(server.turnpike, [...two.slice(0, 2), user("two, in other words")]);
  expect(branch.placement).toBe("resumed");
  expect(branch.conversation).not.toBe(conversation);
});

test("what Claude did with its own tools is remembered exactly as the live process would have", async () => {
  const server = await startRestartable();
  const { upstream, workspace } = server;
  const files = [join(workspace, "a.txt"), join(workspace, "b.txt")];
  for (const file of files) await writeFile(file, `the content of ${file.slice(-5)}\n`);
  // Its thinking holds in a history that another process reads.
  const model = "claude-code/claude-sonnet-5";
  const work = [
    reply({
      blocks: [
        thinking("I should look first."),
        textBlock("Let me look."),
        ...files.map((file) => toolUse("Read", { file_path: file })),
      ],
    }),
    reply({ blocks: [toolUse("Bash", { command: "echo made > made.txt && cat made.txt" })] }),
    reply({ blocks: [toolUse("Read", { file_path: join(workspace, "missing.txt") })] }),
    text("Both are there."),
  ];

  // Two conversations with the same work: one goes on hot, the other after a restart.
  upstream.respondWith([...work, text("Done.")]);
  const first = await ask(server.turnpike, "look at the files", { model });
  expect(first.text).toBe("Let me look.\n\nBoth are there.");
  const next = [user("look at the files"), assistant(first.text), user("and now?")];
  expect(await ask(server.turnpike, next, { model })).toMatchObject({ placement: "hot" });
  const hot = await upstream.waitForRequest(5);

  upstream.clear();
  upstream.respondWith([...work, text("Done.")]);
  const named = { model, conversation: "workshop" };
  await ask(server.turnpike, "look at the files", named);
  await server.restart();
  expect(await ask(server.turnpike, "and now?", named)).toMatchObject({ placement: "resumed" });
  const resumed = await upstream.waitForRequest(5);

  const remembered = conversationOf(resumed);
  expect(remembered.map(shape)).toEqual([
    "user: look at the files",
    "assistant: thinking, text, tool_use Read, tool_use Read",
    "user: tool_result, tool_result",
    "assistant: tool_use Bash",
    "user: tool_result",
    "assistant: tool_use Read",
    "user: tool_result (error)",
    "assistant: Both are there.",
    "user: and now?",
  ]);
  expect(JSON.stringify(remembered)).toContain("the content of a.txt");
  expect(remembered.map(sortResults)).toEqual(conversationOf(hot).map(sortResults));
  // The visible history of both is the same, so each of them is found by it.
  expect((await ask(server.turnpike, next, { model })).placement).toBe("resumed");
});

test("a turn that a dead server left behind does not stop its conversation", async () => {
  const server = await startRestartable({ "server.drain": "0ms" });
  const { upstream } = server;
  upstream.respondWith([text("first"), { type: "hang" }, text("third")]);
  const named = { conversation: "interrupted" };
  await ask(server.turnpike, "one", named);
  const cut = server.turnpike.post(
    { model: "sonnet", messages: [user("two")] },
    { "x-conversation-id": named.conversation },
  );
  await upstream.waitForRequest(2);
  await server.restart();
  expect((await cut).status).toBeGreaterThanOrEqual(500);

  expect(await ask(server.turnpike, "two again", named)).toMatchObject({
    text: "third",
    placement: "resumed",
  });
  const request = await upstream.waitForRequest(3);
  expect(conversationOf(request)).toEqual([user("one"), assistant("first"), user("two again")]);
});

function shape({ role, content }: ConversationMessage): string {
  if (typeof content === "string") return `${role}: ${content}`;
  const blocks = content.map((block) => {
    if (block.type === "tool_use") return `tool_use ${String(block["name"])}`;
    return block["is_error"] === true ? `${block.type} (error)` : block.type;
  });
  return `${role}: ${blocks.join(", ")}`;
}

/** Parallel results stand in the order in which the tools finished. */
function sortResults({ role, content }: ConversationMessage): ConversationMessage {
  if (typeof content === "string" || content[0]?.type !== "tool_result") return { role, content };
  return { role, content: content.toSorted((left, right) => callOf(left).localeCompare(callOf(right))) };
}

function callOf(block: ContentBlock): string {
  return String(block["tool_use_id"]);
}
