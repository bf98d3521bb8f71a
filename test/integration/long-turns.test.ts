import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import type { RecordedRequest } from "../../src/demo/recorded-request.ts";
import { toolNamesOf } from "../upstream/read-request.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { bash } from "./agent-work.ts";
import { canFindProcesses, type FoundProcess, waitForProcesses } from "./find-processes.ts";
import { heapUsed } from "./heap-used.ts";
import { pollUntil } from "./respond.ts";
import { startTurnpike, type Turnpike } from "./start-turnpike.ts";
import { streamChat } from "./stream-chat.ts";

const CALLS = 200;
const MEBIBYTE = 1024 * 1024;
const CONFIG = { profiles: { default: { allowedTools: ["Bash"] } } };

/** How many results the model has been given so far. */
function resultCount({ body }: RecordedRequest): number {
  return body.messages.flatMap(({ content }) =>
    typeof content === "string" ? [] : content.filter(({ type }) => type === "tool_result"),
  ).length;
}

const idOf = (index: number) => `toolu_${index}`;

/** Writes, reads and runs in turn; that call waits for a file. */
const callOf = (workspace: string, index: number, waitsFor: { index: number; file: string }) => {
  const path = (number: number) => join(workspace, `file-${number}.txt`);
  const id = idOf(index);
  if (index === waitsFor.index) return bash(`until [ -e ${waitsFor.file} ]; do sleep 0.05; done`, id);
  switch (index % 4) {
    case 0:
      return toolUse("Write", { file_path: path(index), content: `${index}\n` }, { id });
    case 1:
      return toolUse("Read", { file_path: path(index - 1) }, { id });
    case 2:
      return bash(`echo ${index}`, id);
    default:
      return bash(`echo more >> ${path(index - 3)}`, id);
  }
};

describe("a turn of 200 calls", () => {
  test("streams live, and the server keeps none of it", { timeout: 360_000 }, async () => {
    const upstream = await startUpstream({ recordLimit: 1 });
    const turnpike = await startTurnpike({ upstream, configFile: CONFIG });
    const { workspace } = turnpike;
    const waiting = { index: 122, file: join(workspace, "go") };
    const gate = new Gate();
    const heaps = new Map<number, number>();
    upstream.respondWith((request) => {
      const index = resultCount(request);
      if (index === 40 || index === CALLS) heaps.set(index, heapUsed());
      if (index >= CALLS) return text("All done.");
      const blocks = [callOf(workspace, index, waiting)];
      return reply({ blocks, ...(index === 100 && { beforeHeaders: [gate] }) });
    });
    const chat = await streamChat(turnpike, "Work long.");
    const hasEnded = (index: number) =>
      chat.activities.some(({ id, status }) => id === idOf(index) && status !== "in_progress");
    await gate.reached;
    // The model has not been heard again since this one.
    await chat.until(() => hasEnded(99));
    gate.release();
    // This one runs while its beginning, and all before it, has been read.
    await chat.until(() => chat.activities.some(({ id }) => id === idOf(waiting.index)));
    expect([hasEnded(waiting.index - 1), hasEnded(waiting.index)]).toEqual([true, false]);
    await writeFile(waiting.file, "");
    await chat.toEnd();

    const ofStatus = (wanted: string) =>
      chat.activities.flatMap(({ id, status }) => (status === wanted ? [id] : []));
    const all = Array.from({ length: CALLS }, (_, index) => idOf(index));
    expect([ofStatus("in_progress"), ofStatus("completed")]).toEqual([all, all]);
    expect(chat.content).toBe("All done.");
    const growth = (heaps.get(CALLS) ?? Infinity) - (heaps.get(40) ?? 0);
    // What is kept is the answer's own record, and what the test has read.
    expect(growth).toBeLessThan(20 * MEBIBYTE);
  });
});

test(
  "results of 10 MB are told in part, and the server keeps none of them",
  { timeout: 240_000 },
  async () => {
    const upstream = await startUpstream({ recordLimit: 1 });
    const turnpike = await startTurnpike({ upstream, configFile: CONFIG });
    const file = join(turnpike.workspace, "big.txt");
    await writeFile(file, `${"A line of the large file.\n".repeat(400_000)}needle 0\n`);
    const edits = 4;
    upstream.respondWith([
      reply({ blocks: [bash(`cat ${file}`)] }),
      reply({ blocks: [toolUse("Read", { file_path: file, offset: 400_000, limit: 5 })] }),
      ...Array.from({ length: edits }, (_, index) =>
        reply({
          blocks: [
            toolUse("Edit", {
              file_path: file,
              old_string: `needle ${index}`,
              new_string: `needle ${index + 1}`,
            }),
          ],
        }),
      ),
      text("Done."),
    ]);
    const before = heapUsed();
    const response = await turnpike.fetch("/v1/responses", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "claude-code", input: "Work on it.", stream: true }),
    });
    let bytes = 0;
    let tail = "";
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      tail = (tail + Buffer.from(chunk).toString()).slice(-4_000);
    }
    const growth = heapUsed() - before;
    expect(tail).toContain("Done.");
    expect(await readFile(file, "utf8")).toContain(`needle ${edits}\n`);
    expect(bytes).toBeLessThan(2 * MEBIBYTE);
    expect(growth).toBeLessThan(20 * MEBIBYTE);
  },
);

/** In a session of its own, in the background and in a pipe; by these numbers they are found. */
const COMMAND = "setsid sleep 31337 & nohup sleep 31337 & sleep 31337 | cat";
const isOurs = ({ command }: FoundProcess) => /^(\S*\/)?sleep 31337$/.test(command);

function untilRunning({ workspace }: Turnpike) {
  return waitForProcesses(workspace, (found) => found.filter(isOurs).length === 3);
}

function untilGone({ workspace }: Turnpike, withinMs: number) {
  return waitForProcesses(workspace, (found) => !found.some(isOurs), withinMs);
}

describe.runIf(canFindProcesses)(
  "a command that runs when its turn is interrupted ends with all that it has started",
  () => {
    const flags = { "server.drain": "0s" };
    /** In the middle of its work. */
    async function startWorking() {
      const turnpike = await startTurnpike({ configFile: CONFIG, flags });
      turnpike.upstream.respondWith([
        reply({ blocks: [bash("echo first")] }),
        reply({ blocks: [bash(COMMAND)] }),
      ]);
      return turnpike;
    }

    test("as its client leaves", async () => {
      const turnpike = await startWorking();
      const chat = await streamChat(turnpike, "Work.");
      await untilRunning(turnpike);
      chat.leave();
      await untilGone(turnpike, 5_000);
      await turnpike.until(({ turns, sessions }) => turns.running + sessions.busy === 0);
    });

    test("as its response in the background is cancelled", async () => {
      const turnpike = await startWorking();
      const { openai } = turnpike;
      const { id } = await openai.responses.create({
        model: "claude-code",
        input: "Work.",
        background: true,
      });
      await untilRunning(turnpike);
      expect((await openai.responses.cancel(id)).status).toBe("cancelled");
      await untilGone(turnpike, 5_000);
      expect((await pollUntil(openai, id)).status).toBe("cancelled");
    });

    test("as the server stops", async () => {
      const turnpike = await startWorking();
      const chat = await streamChat(turnpike, "Work.");
      await untilRunning(turnpike);
      const reading = chat.toEnd();
      await turnpike.stop();
      // The server itself waits for it.
      await untilGone(turnpike, 500);
      await reading;
    });
  },
);

test(
  "what runs for long is told of, keeps the connection alive, and is no silence",
  { timeout: 180_000 },
  async () => {
    const turnpike = await startTurnpike({
      configFile: CONFIG,
      flags: {
        "server.keepAlive": "1s",
        "turns.firstByteTimeout": "3s",
        "turns.streamIdleTimeout": "3s",
      },
    });
    const file = join(turnpike.workspace, "go");
    turnpike.upstream.respondWith([
      reply({ blocks: [bash(`until [ -e ${file} ]; do sleep 0.05; done`, "toolu_long")] }),
      text("Done."),
    ]);
    const chat = await streamChat(turnpike, "Wait.");
    const progress = () => chat.activities.find(({ elapsed_ms }) => elapsed_ms !== undefined);
    await chat.until(() => progress() !== undefined);
    expect(progress()).toMatchObject({ id: "toolu_long", name: "Bash", status: "in_progress" });
    expect(Number(progress()?.elapsed_ms)).toBeGreaterThanOrEqual(10_000);
    // Each second without anything else has one.
    expect(chat.signCount).toBeGreaterThanOrEqual(5);
    await writeFile(file, "");
    await chat.toEnd();
    expect(chat.content).toBe("Done.");
  },
);

test("the model is offered nothing that goes on after its turn, or reaches other sessions", async () => {
  const turnpike = await startTurnpike({ configFile: CONFIG });
  turnpike.upstream.respondWith(text("Hello."));
  await (await streamChat(turnpike, "Hello.")).toEnd();
  const request = await turnpike.upstream.waitForRequest(1);
  // A new one of a new version has to be looked at before it is offered.
  expect(toolNamesOf(request).toSorted()).toEqual([
    "Agent",
    "Bash",
    "Edit",
    "NotebookEdit",
    "Read",
    "ReportFindings",
    "Skill",
    "WebFetch",
    "WebSearch",
    "Write",
  ]);
  expect(JSON.stringify(request.body.tools)).not.toContain("run_in_background");
});
