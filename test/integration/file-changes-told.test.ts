import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { httpError } from "../../src/demo/build-fault.ts";
import { reply, text } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import {
  AGENT,
  bash,
  changesOf,
  changesOfConversation,
  chat,
  edit,
  folderIn,
  post,
  run,
  type SeenChange,
  summaryOf,
  work,
  write,
} from "./agent-work.ts";
import { user } from "./ask.ts";
import { parseEvents, readEvents } from "./read-events.ts";
import { parseEvents as parseResponseEvents } from "./respond.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import type { Turnpike } from "./start-turnpike.ts";

const shared = shareTurnpike({ configFile: { profiles: { agent: AGENT } } });

let folderCount = 0;
/** With a few files in it. */
function newFolder(turnpike: Turnpike): string {
  const folder = folderIn(turnpike, `told-${(folderCount += 1)}`);
  run(folder, "mkdir src; printf 'one\\ntwo\\n' > src/a.ts; printf 'b\\n' > b.txt; printf 'c\\n' > c.txt");
  return folder;
}

/** By each tool, and by a command. */
function labour(folder: string) {
  return work([write(folder, "src/new.ts", "export {};\n")], edit(folder, "src/a.ts", "two", "three"), [
    bash(`cd ${folder} && sed -i s/b/B/ b.txt && rm c.txt`),
  ]);
}

const LABOUR = ["changed b.txt", "deleted c.txt", "changed src/a.ts", "created src/new.ts"];

interface Told {
  readonly file_change?: SeenChange;
  readonly file_changes?: readonly SeenChange[];
}

/** What the deltas of a chat's stream tell besides the text, in order. */
function toldIn(events: readonly unknown[]): Told[] {
  return events.flatMap((event) => {
    // Proof for the cast: read with `?.` all the way, so a stream of any other shape yields nothing.
    const chunk = event as { choices?: { delta?: { claude?: Told } }[] } | null;
    const claude = chunk?.choices?.[0]?.delta?.claude;
    return claude ? [claude] : [];
  });
}

describe("Chat Completions", () => {
  test("a stream tells what tools changed at once, and all of it before the end", async () => {
    const turnpike = shared();
    const folder = newFolder(turnpike);
    const gate = new Gate();
    const [first, ...others] = labour(folder);
    turnpike.upstream.clear();
    turnpike.upstream.respondWith([
      first ?? text(""),
      reply({ beforeHeaders: [gate], blocks: [bash("true")] }),
      ...others,
    ]);
    const response = await post(turnpike, folder, {}, { stream: true });
    const source: string[] = [];
    for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      source.push(piece);
      // The model goes on only when the client has heard of the file.
      if (source.join("").includes("file_change")) gate.release();
    }
    const told = toldIn(parseEvents(source.join("")));
    expect(told.map((each) => Object.keys(each)[0])).toEqual(["file_change", "file_change", "file_changes"]);
    const [made, edited, all] = told;
    expect(made?.file_change).toMatchObject({ type: "created", path: "src/new.ts" });
    expect(edited?.file_change).toMatchObject({
      type: "changed",
      path: "src/a.ts",
      diff: expect.stringContaining("+three"),
    });
    expect(summaryOf(all?.file_changes)).toEqual(LABOUR);
  });

  test("includeFiles: the text ends in a block for each file, and the talk stays hot", async () => {
    const turnpike = shared();
    const folder = newFolder(turnpike);
    turnpike.upstream.clear();
    turnpike.upstream.respondWith([...labour(folder), text("Bye.")]);
    const claude = { includeFiles: true };
    const answer = await chat(turnpike, folder, { claude });
    expect(answer.content).toBe(
      "Done.\n\n```text path=b.txt\nB\n```\n\n```typescript path=src/a.ts\none\nthree\n```\n\n" +
        "```typescript path=src/new.ts\nexport {};\n```",
    );
    const messages = [user("Work."), answer.message, user("Bye.")];
    expect(await chat(turnpike, folder, { claude, messages })).toMatchObject({
      content: "Bye.",
      placement: "hot",
    });
  });

  test("a turn that is cancelled in the middle has its changes on record", async () => {
    const turnpike = shared();
    const folder = newFolder(turnpike);
    const gate = new Gate();
    const [first, ...others] = labour(folder);
    turnpike.upstream.clear();
    turnpike.upstream.respondWith([
      first ?? text(""),
      ...others.slice(0, -1),
      reply({ blocks: [gate, ...text("never").blocks] }),
    ]);
    const leaving = new AbortController();
    const response = post(
      turnpike,
      folder,
      { name: `cancelled-${folderCount}` },
      { stream: true },
      leaving.signal,
    );
    await gate.reached;
    leaving.abort();
    await response.catch(() => {});
    await turnpike.until(({ turns, sessions }) => turns.running + sessions.busy === 0);
    const [recorded] = await changesOfConversation(turnpike, `cancelled-${folderCount}`);
    expect(summaryOf(recorded?.changes)).toEqual(LABOUR);
  });

  test("a turn that fails in the middle has its changes told and on record", async () => {
    const turnpike = shared();
    const folder = newFolder(turnpike);
    turnpike.upstream.clear();
    turnpike.upstream.respondWith([...labour(folder).slice(0, -1), httpError(403)]);
    const name = `failed-${folderCount}`;
    const events = await readEvents(await post(turnpike, folder, { name }, { stream: true }));
    expect(summaryOf(toldIn(events).at(-1)?.file_changes)).toEqual(LABOUR);
    expect(JSON.stringify(events)).toContain('"error"');
    const [recorded] = await changesOfConversation(turnpike, name);
    expect(summaryOf(recorded?.changes)).toEqual(LABOUR);
  });
});

interface SeenItem {
  readonly type: string;
  readonly operation?: { readonly type: string; readonly path: string };
}

interface SeenResponse {
  readonly id: string;
  readonly output: readonly SeenItem[];
  readonly claude?: { readonly file_changes?: readonly SeenChange[] };
}

interface SeenEvent {
  readonly type: string;
  readonly response?: SeenResponse;
  readonly file_change?: SeenChange;
  readonly file_changes?: readonly SeenChange[];
}

/** A response as a stream, with the events of ours. */
async function stream(turnpike: Turnpike, model: string, claude: object): Promise<SeenEvent[]> {
  const response = await turnpike.fetch("/v1/responses", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model, input: "Work.", stream: true, claude: { activity: "field", ...claude } }),
  });
  // Proof for the cast: what the tests below read of it they also check.
  return parseResponseEvents(await response.text()) as unknown as SeenEvent[];
}

const patchesIn = (output: readonly SeenItem[] = []) =>
  output.flatMap(({ operation }) => (operation ? [`${operation.type} ${operation.path}`] : []));

describe("Responses", () => {
  test("items, events of ours, and the response have them; the record goes by the response's id", async () => {
    const turnpike = shared();
    const folder = newFolder(turnpike);
    turnpike.upstream.clear();
    turnpike.upstream.respondWith(labour(folder));
    const events = await stream(turnpike, "agent", { workingDirectory: folder });
    const last = events.at(-1)?.response;
    expect(patchesIn(last?.output)).toEqual([
      "create_file src/new.ts",
      "update_file src/a.ts",
      "update_file b.txt",
      "delete_file c.txt",
    ]);
    const live = events.flatMap(({ type, file_change }) =>
      type.endsWith(".file_change") ? [file_change] : [],
    );
    expect(live.map((change) => change?.path)).toEqual(["src/new.ts", "src/a.ts"]);
    const all = events.find(({ type }) => type === "response.claude.file_changes");
    expect(summaryOf(all?.file_changes)).toEqual(LABOUR);
    expect(last?.claude?.file_changes).toEqual(all?.file_changes);
    expect((await changesOf(turnpike, last?.id ?? "")).changes).toEqual(all?.file_changes);
  });
});

describe.each(["worktree", "copy"])("in a folder of the conversation's own (%s)", (isolation) => {
  const isolated = shareTurnpike({ configFile: { profiles: { agent: { ...AGENT, isolation } } } });

  test("paths are relative to that folder, whatever tells them, and the workspace stays as it is", async () => {
    const turnpike = isolated();
    const { workspace, upstream } = turnpike;
    run(
      workspace,
      `[ -e .git ] || { mkdir src; printf 'one\\ntwo\\n' > src/a.ts; printf 'b\\n' > b.txt; printf 'c\\n' > c.txt
        git init -q && git add -A && git commit -qm one; }`,
    );
    upstream.clear();
    const folders: string[] = [];
    let steps: ReturnType<typeof work> = [];
    upstream.respondWith(({ body }) => {
      // What Claude Code tells the model of where it is.
      const folder = /working directory: (\S*?)(?:\\n|")/.exec(JSON.stringify(body))?.[1] ?? "";
      if (!folders.includes(folder)) {
        folders.push(folder);
        steps = labour(folder);
      }
      return steps.shift() ?? text("too far");
    });

    const events = await stream(turnpike, "agent", {});
    const last = events.at(-1)?.response;
    expect(patchesIn(last?.output)).toEqual([
      "create_file src/new.ts",
      "update_file src/a.ts",
      "update_file b.txt",
      "delete_file c.txt",
    ]);
    expect(summaryOf(last?.claude?.file_changes)).toEqual(LABOUR);

    const lines = await (
      await turnpike.post({
        model: "agent",
        messages: [user("Work once more.")],
        claude: { activity: "reasoning" },
      })
    ).text();
    expect(lines).toContain("Write: src/new.ts\\nCreated src/new.ts");
    expect(lines).toContain("Edit: src/a.ts\\nChanged src/a.ts");

    expect(folders).toHaveLength(2);
    for (const folder of folders) expect(readFileSync(join(folder, "b.txt"), "utf8")).toBe("B\n");
    expect(folders).not.toContain(workspace);
    expect(existsSync(join(workspace, "src/new.ts"))).toBe(false);
    expect(readFileSync(join(workspace, "b.txt"), "utf8")).toBe("b\n");
  });
});
