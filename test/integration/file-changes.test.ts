import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { readTruth, type Truth, truthOfChanges } from "../workspaces/changes-folder.ts";
import {
  AGENT,
  bash,
  changesOf,
  changesOfConversation,
  chat,
  edit,
  folderIn,
  linesOf,
  run,
  summaryOf,
  undo,
  without,
  work,
  workByName,
  write,
  wrongContents,
} from "./agent-work.ts";
import { answer, APPROVER_FLAGS, nextApproval } from "./approve.ts";
import { user } from "./ask.ts";
import { collectLog } from "./collect-log.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { makeFolder, OTHER_API_KEY, startTurnpike, type Turnpike } from "./start-turnpike.ts";

const shared = shareTurnpike({ configFile: { profiles: { agent: AGENT } } });

const IGNORED = /(^|\/)build\/|\.log$/;

/** Files of every kind; those of the second part are not committed. */
const START = `
  mkdir -p src docs bin build
  printf 'build/\\n*.log\\n' > .gitignore
  for name in a b c d e f; do seq 1 20 | sed "s/^/$name line /" > src/$name.txt; done
  printf 'stashed\\n' > docs/stash.md; printf 'guide\\n' > docs/guide.md; printf 'old\\n' > docs/old.md
  printf '#!/bin/sh\\n' > bin/tool.sh; printf 'back\\n' > back.txt; printf '\\000\\001\\377' > image.bin`;
const DIRTY = `
  printf 'dirty\\n' >> src/d.txt; printf 'dirty\\n' >> src/e.txt; rm docs/old.md
  printf 'untracked\\n' > notes.txt; printf 'made before\\n' > build/out.js; printf 'before\\n' > before.log`;

const COMMIT =
  "git init -q -b main && git config user.name T && git config user.email t@example.com && git add -A && git commit -qm start";

/** What an agent does to them by its own tools and by commands. */
function labour(folder: string, script: string) {
  return work(
    [write(folder, "src/new.ts", "export const one = 1;\n"), write(folder, "notes.txt", "written anew\n")],
    edit(folder, "src/a.txt", "a line 7\n", "a line SEVEN\n"),
    edit(folder, "src/e.txt", "e line 1\n", "e line ONE\n"),
    [
      bash(`cd ${folder}
        sed -i 's/b line 3/b line THREE/' src/b.txt && mv src/c.txt src/moved.txt && rm docs/guide.md
        mkdir -p deep/er && printf '1\\n' > deep/er/one.txt && printf '2\\n' > 'deep/er/ü two.txt'
        chmod +x bin/tool.sh && ln -s src/a.txt link && printf '\\000\\377\\376' > made.bin && printf '\\002' >> image.bin
        printf 'x' >> back.txt && printf 'back\\n' > back.txt
        printf 'short\\n' > shortlived.txt && rm shortlived.txt
        printf 'log\\n' >> before.log && printf 'new\\n' > new.log && printf 'made again\\n' > build/out.js`),
    ],
    [bash(`cd ${folder}\n${script}`)],
  );
}

const GIT_WORK = `
  git checkout -q src/d.txt
  git mv src/f.txt docs/f.txt
  git add docs/f.txt deep && git commit -qm more
  printf 'changed\\n' > docs/stash.md && git stash push -q docs/stash.md
  git checkout -q -b other`;
const PLAIN_WORK = `
  sed -i '$d' src/d.txt && mv src/f.txt docs/f.txt
  printf 'changed\\n' > docs/stash.md && printf 'stashed\\n' > docs/stash.md`;

const KINDS = [
  { kind: "a git repository", start: `${START}\n${COMMIT}\n${DIRTY}`, script: GIT_WORK, below: "" },
  {
    kind: "a folder of a git repository",
    start: `mkdir -p sub && (cd sub\n${START})\n${COMMIT}\n(cd sub\n${DIRTY})`,
    script: GIT_WORK,
    below: "sub",
  },
  { kind: "a plain folder", start: `${START}\n${DIRTY}`, script: PLAIN_WORK, below: "" },
];

/** Each has a folder of its own. */
let folderCount = 0;
function newFolder(turnpike: Turnpike, start = ""): string {
  const folder = folderIn(turnpike, `folder-${(folderCount += 1)}`);
  run(folder, start);
  return folder;
}

const seen = (folder: string): Truth => without(readTruth(folder), IGNORED);

describe.each(KINDS)("all that Write, Edit and commands do in $kind", ({ start, script, below }) => {
  test("is told, is on record, can be had, and is taken back by an undo", async () => {
    const turnpike = shared();
    const folder = join(newFolder(turnpike, start), below);
    const before = seen(folder);
    turnpike.upstream.clear();
    turnpike.upstream.respondWith(labour(folder, script));

    const { id, conversation, changes = [] } = await chat(turnpike, folder);

    const expected = truthOfChanges(before, seen(folder));
    expect(expected).toContain("changed src/d.txt");
    expect(expected.length).toBe(17);
    expect(linesOf(changes)).toEqual(expected);
    expect(changes.filter(({ type }) => type === "renamed").map(({ path }) => path)).toEqual([
      "docs/f.txt",
      "src/moved.txt",
    ]);
    expect(await wrongContents(turnpike, folder, changes)).toEqual([]);
    const withoutDiff = changes.filter(({ diff }) => diff === undefined).map(({ path }) => path);
    expect(withoutDiff).toEqual(["image.bin", "made.bin"]);

    const recorded = await changesOf(turnpike, id);
    expect(recorded).toMatchObject({ is_complete: true, undone_at: null, changes });
    expect(await changesOf(turnpike, recorded.turn_id)).toEqual(recorded);
    expect(await changesOfConversation(turnpike, conversation)).toEqual([recorded]);

    expect((await undo(turnpike, id)).status).toBe(200);
    expect(seen(folder)).toEqual(before);
    expect((await undo(turnpike, id)).status).toBe(409);
  });
});

test("an undo takes nothing back where a person has edited a file since, and is nobody else's", async () => {
  const turnpike = shared();
  const folder = newFolder(turnpike, START);
  turnpike.upstream.clear();
  turnpike.upstream.respondWith(
    work([bash(`cd ${folder} && rm src/a.txt && printf 'x' >> src/b.txt && mv src/c.txt c.txt`)]),
  );
  const { id } = await chat(turnpike, folder);
  expect((await undo(turnpike, id, OTHER_API_KEY)).status).toBe(404);
  writeFileSync(join(folder, "src/b.txt"), "a person's\n");
  const now = readTruth(folder);

  const refused = await undo(turnpike, id);
  expect(refused.status).toBe(409);
  expect(await refused.text()).toContain("src/b.txt");
  expect(readTruth(folder)).toEqual(now);
});

test("of two turns each has its own, and the second sees what the first one left as it was", async () => {
  const turnpike = shared();
  const folder = newFolder(turnpike, START);
  turnpike.upstream.clear();
  turnpike.upstream.respondWith([
    ...work([write(folder, "one.txt", "1\n"), bash(`rm ${folder}/src/a.txt`)]),
    ...work([bash(`cd ${folder} && mv one.txt two.txt && printf 'x' >> back.txt`)]),
    text("I only talk."),
  ]);
  const first = await chat(turnpike, folder);
  const messages = [user("Work."), first.message, user("Go on.")];
  const second = await chat(turnpike, folder, { messages });
  const third = await chat(turnpike, folder, { messages: [...messages, second.message, user("And?")] });

  expect([second.placement, third.placement]).toEqual(["hot", "hot"]);
  expect(summaryOf(first.changes)).toEqual(["created one.txt", "deleted src/a.txt"]);
  expect(summaryOf(second.changes)).toEqual(["changed back.txt", "renamed one.txt -> two.txt"]);
  expect(third.changes).toBeUndefined();
  const recorded = await changesOfConversation(turnpike, first.conversation);
  expect(recorded.map(({ changes }) => changes)).toEqual([first.changes, second.changes]);
  expect((await turnpike.fetch(`/turns/${third.id}/changes`)).status).toBe(404);
});

test("the work of sub-agents counts", async () => {
  const turnpike = shared();
  const folder = newFolder(turnpike, START);
  turnpike.upstream.clear();
  const task = { description: "look", prompt: "SUBTASK", subagent_type: "general-purpose" };
  const mainly = [reply({ blocks: [toolUse("Agent", task)] }), text("All done.")];
  const below = work([bash(`cd ${folder} && printf 'x' > sub.txt && rm back.txt`)]);
  turnpike.upstream.respondWith(({ body }) => {
    const isBelow = JSON.stringify(body.messages[0]).includes("SUBTASK");
    return (isBelow ? below : mainly).shift() ?? text("too far");
  });
  const { content, changes } = await chat(turnpike, folder);
  expect(content).toBe("All done.");
  expect(summaryOf(changes)).toEqual(["deleted back.txt", "created sub.txt"]);
});

test("client tools: each answer tells what its own part of the work has changed", async () => {
  const turnpike = shared();
  const folder = newFolder(turnpike, START);
  turnpike.upstream.clear();
  const [, last] = work([]);
  turnpike.upstream.respondWith([
    reply({ blocks: [bash(`printf 'x' > ${folder}/one.txt`)] }),
    reply({ blocks: [toolUse("ask_user", { question: "Which?" }, { id: "toolu_ask" })] }),
    reply({ blocks: [bash(`printf 'x' > ${folder}/two.txt`)] }),
    last ?? text(""),
  ]);
  const parameters = { type: "object", properties: { question: { type: "string" } } };
  const tools = [{ type: "function", function: { name: "ask_user", parameters } }];
  const claude = { builtinTools: "on" };
  const first = await chat(turnpike, folder, { tools, claude });
  expect(first).toMatchObject({
    finishReason: "tool_calls",
    changes: [{ type: "created", path: "one.txt" }],
  });
  const result = { role: "tool", tool_call_id: "toolu_ask", content: "That one." };
  const second = await chat(turnpike, folder, {
    tools,
    claude,
    messages: [user("Work."), first.message, result],
  });
  expect(second).toMatchObject({
    placement: "hot",
    finishReason: "stop",
    content: "Done.",
    changes: [{ type: "created", path: "two.txt" }],
  });
});

test("several turns at once, each in a folder of its own", async () => {
  const turnpike = shared();
  turnpike.upstream.clear();
  const names = Array.from({ length: 6 }, (_, index) => `errand-${index}-`);
  const folders = new Map(
    names.map((name, index) => [name, newFolder(turnpike, `${START}\n${index % 2 === 0 ? COMMIT : ""}`)]),
  );
  const scripts = [...folders].map(([name, folder]) => {
    const script = `cd ${folder} && printf '${name}' > ${name}.txt && sed -i s/line/${name}/ src/a.txt && rm src/b.txt`;
    return [name, work([write(folder, "same.txt", `${name}\n`)], [bash(script)])] as const;
  });
  turnpike.upstream.respondWith(workByName(Object.fromEntries(scripts)));
  const answers = await Promise.all(
    [...folders].map(([name, folder]) => chat(turnpike, folder, { prompt: `Do ${name}.` })),
  );
  expect(answers.map(({ changes }) => summaryOf(changes))).toEqual(
    names.map((name) => [
      `created ${name}.txt`,
      "created same.txt",
      "changed src/a.txt",
      "deleted src/b.txt",
    ]),
  );
  const undone = await Promise.all(answers.map(({ id }) => undo(turnpike, id)));
  expect(undone.map(({ status }) => status)).toEqual(names.map(() => 200));
});

test("a turn that only talks and reads takes no snapshot", async () => {
  const log = collectLog();
  const turnpike = await startTurnpike({ configFile: { profiles: { agent: AGENT } }, logger: log.logger });
  const folder = newFolder(turnpike, START);
  turnpike.upstream.respondWith([
    reply({ blocks: [toolUse("Read", { file_path: join(folder, "back.txt") })] }),
    text("Seen."),
    ...work([bash(`touch ${folder}/made.txt`)]),
  ]);
  const snapshots = () => log.text.split("workspace.snapshot-taken").length - 1;
  // The server looks at the profile's workspace once by itself.
  await turnpike.until(() => snapshots() === 1);
  const talked = await chat(turnpike, folder);
  expect(talked).toMatchObject({ content: "Seen." });
  expect(snapshots()).toBe(1);
  const worked = await chat(turnpike, folder, { messages: [user("Work."), talked.message, user("Go on.")] });
  expect(worked).toMatchObject({ placement: "hot", changes: [{ path: "made.txt" }] });
  expect(snapshots()).toBe(2);
});

test("retention none: changes are told, and nothing of them is kept", async () => {
  const turnpike = await startTurnpike({
    configFile: { profiles: { agent: AGENT } },
    flags: { retention: "none" },
  });
  const folder = newFolder(turnpike, START);
  turnpike.upstream.respondWith(work([bash(`printf 'x\\n' >> ${folder}/back.txt`)]));
  const { id, conversation, changes = [] } = await chat(turnpike, folder);
  expect(changes).toEqual([{ type: "changed", path: "back.txt", diff: expect.stringContaining("+x") }]);
  expect((await turnpike.fetch(`/turns/${id}/changes`)).status).toBe(404);
  expect(await changesOfConversation(turnpike, conversation)).toEqual([]);
  expect((await undo(turnpike, id)).status).toBe(404);
});

test("what belongs to the server and to Claude Code is no change of a home folder", async () => {
  const home = await makeFolder();
  const turnpike = await startTurnpike({
    dataDir: join(home, "data"),
    flags: { workspace: home, ...APPROVER_FLAGS },
    environment: { HOME: home, CLAUDE_CONFIG_DIR: undefined },
    configFile: { profiles: { agent: AGENT } },
  });
  turnpike.upstream.respondWith(work([bash(`printf 'x' > ${home}/made.txt`)]));
  const turn = chat(turnpike, home);
  // A command could read the data folder, which is in this workspace: a person is asked.
  expect(await answer(turnpike, (await nextApproval(turnpike)).id, "allow")).toBe(200);
  const { changes } = await turn;
  expect(summaryOf(changes)).toEqual(["created made.txt"]);
  expect(existsSync(join(home, ".claude/shell-snapshots"))).toBe(true);
});
