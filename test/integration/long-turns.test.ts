import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { reply, text, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import type { RecordedRequest } from "../../src/demo/recorded-request.ts";
import { canFindProcesses, findProcesses, waitForProcesses } from "./find-processes.ts";
import { parseEvents } from "./read-events.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startTurnpike, type Turnpike } from "./start-turnpike.ts";

const CALLS = 200;
const MEBIBYTE = 1024 * 1024;

const shared = shareTurnpike({
  configFile: { profiles: { default: { allowedTools: ["Bash"] } } },
});

interface Activity {
  readonly id: string;
  readonly name?: string;
  readonly status: string;
  readonly output?: string;
  readonly elapsed_ms?: string;
}

/** A streamed chat that tells of activity, as far as it has been read. */
async function stream(turnpike: Turnpike, content: string) {
  const client = new AbortController();
  const response = await turnpike.fetch("/v1/chat/completions", {
    method: "POST",
    headers: { "content-type": "application/json", "x-conversation-id": content },
    body: JSON.stringify({
      model: "claude-code",
      messages: [{ role: "user", content }],
      stream: true,
      claude: { activity: "field" },
    }),
    signal: client.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let source = "";
  const read = async () => {
    const { value, done } = (await reader?.read()) ?? { done: true };
    source += value ?? "";
    return !done;
  };
  const activities = () =>
    parseEvents(source.slice(0, source.lastIndexOf("\n\n") + 2)).flatMap((event) => {
      // Proof for the cast: read with `?.` all the way, so any other event yields undefined.
      const { choices } = event as { choices?: { delta?: { claude?: { activity?: Activity } } }[] };
      return choices?.[0]?.delta?.claude?.activity ?? [];
    });
  return {
    leave: () => client.abort(),
    get source() {
      return source;
    },
    activities,
    /** Reads on until what has come satisfies the condition. */
    until: async (condition: () => boolean) => {
      while (!condition()) if (!(await read())) throw new Error(`The stream ended early: ${source.slice(-500)}`);
    },
    toEnd: async () => {
      while (await read());
      return source;
    },
  };
}

const bash = (command: string, id?: string) => toolUse("Bash", { command }, id === undefined ? {} : { id });

/** How many results the model has been given so far. */
function resultCount({ body }: RecordedRequest): number {
  return body.messages.flatMap(({ content }) =>
    typeof content === "string" ? [] : content.filter(({ type }) => type === "tool_result"),
  ).length;
}

describe("a turn of 200 calls", () => {
  test("streams live", { timeout: 120_000 }, async () => {
    const turnpike = shared();
    const { workspace, upstream } = turnpike;
    const path = (index: number) => join(workspace, `file-${index}.txt`);
    const gate = new Gate();
    upstream.clear();
    upstream.respondWith((request) => {
      const index = resultCount(request);
      if (index >= CALLS) return text("All done.");
      const id = `toolu_${index}`;
      const calls = [
        toolUse("Write", { file_path: path(index), content: `${index}\n` }, { id }),
        toolUse("Read", { file_path: path(index - 1) }, { id }),
        bash(index === 122 ? `until [ -e ${join(workspace, "go")} ]; do sleep 0.05; done` : `echo ${index}`, id),
        bash(`echo more >> ${path(index - 3)}`, id),
      ];
      const call = calls[index % 4] ?? bash("true", id);
      return reply({ blocks: [call], ...(index === 100 && { beforeHeaders: [gate] }) });
    });
    const startedAt = performance.now();
    const chat = await stream(turnpike, "200 calls");
    const ended = (index: number) => () =>
      chat.activities().some(({ id, status }) => id === `toolu_${index}` && status !== "in_progress");
    await gate.reached;
    // The model has not been heard again since this one.
    await chat.until(ended(99));
    expect(ended(100)()).toBe(false);
    gate.release();
    // This one still runs while the client has read of all before it.
    await chat.until(ended(121));
    await chat.until(() => chat.activities().some(({ id }) => id === "toolu_122"));
    expect(ended(122)()).toBe(false);
    await writeFile(join(workspace, "go"), "");
    await chat.toEnd();
    console.log("200 calls ms", performance.now() - startedAt);
    const told = chat.activities();
    expect(told.filter(({ status }) => status === "in_progress").map(({ id }) => id)).toEqual(
      Array.from({ length: CALLS }, (_, index) => `toolu_${index}`),
    );
    expect(told.filter(({ status }) => status === "completed")).toHaveLength(CALLS);
    expect(chat.source).toContain("All done.");
  });
});
