import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import type { MessagesBody } from "../../src/demo/messages-body.ts";
import type { MessageReply } from "../../src/demo/reply.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { AGENT, bash, chat, folderIn, post, run, undo, type Worked, type WorkOptions } from "./agent-work.ts";
import { assistant, user } from "./ask.ts";
import { expectError } from "./expect-error.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { makeFolder, startTurnpike, type Turnpike } from "./start-turnpike.ts";

const ISOLATIONS = ["worktree", "copy"] as const;
type Isolation = (typeof ISOLATIONS)[number];

const CONFIG = {
  profiles: {
    agent: AGENT,
    worktree: { ...AGENT, isolation: "worktree" },
    copy: { ...AGENT, isolation: "copy" },
  },
};
const shared = shareTurnpike({ spares: 1, configFile: CONFIG });

const LINES = Array.from({ length: 20 }, (_, index) => `line ${index + 1}\n`).join("");
const GIT = `git init -q -b main && git config user.name T && git config user.email t@example.com
  git add -A && git commit -qm start`;

let baseCount = 0;

/** A workspace in the server's own: a git repository for worktrees, a plain folder for copies. */
function newBase(isolation: Isolation, turnpike: Pick<Turnpike, "workspace"> = shared()): string {
  const folder = folderIn(turnpike, `base-${(baseCount += 1)}`);
  run(folder, `mkdir src && seq 1 20 | sed 's/^/line /' > src/main.txt && echo keep > keep.txt`);
  if (isolation === "worktree") run(folder, GIT);
  return folder;
}

/** What Claude Code tells the model of where it works. */
function folderTold(body: MessagesBody): string {
  const [, folder] = /[Ww]orking directory: (\/[^\\"\s]+)/.exec(JSON.stringify(body)) ?? [];
  if (folder === undefined) throw new Error("The model is not told where it works.");
  return folder;
}

/** The folder that each conversation worked in last, by the word that its prompt has. */
const folders = new Map<string, string>();

type Step = (folder: string) => readonly ReturnType<typeof toolUse>[];

/** Scripts by a word in what the user says last. None goes on before all of them have begun. */
function script(turnpike: Turnpike, steps: Readonly<Record<string, readonly Step[]>>): void {
  const done = new Map<string, number>();
  const { promise: allHere, resolve: begin } = Promise.withResolvers<void>();
  turnpike.upstream.clear();
  turnpike.upstream.respondWith(async ({ body }): Promise<MessageReply> => {
    const said = JSON.stringify(body.messages);
    const names = Object.keys(steps).toSorted(
      (one, other) => said.lastIndexOf(other) - said.lastIndexOf(one),
    );
    const name = names[0] ?? "";
    const folder = folderTold(body);
    folders.set(name, folder);
    const step = done.get(name) ?? 0;
    done.set(name, step + 1);
    if (done.size === Object.keys(steps).length) begin();
    await allHere;
    const blocks = steps[name]?.[step]?.(folder);
    return blocks ? reply({ blocks }) : text("Done.");
  });
}

const edit =
  (before: string, after: string): Step =>
  (folder) => [
    toolUse("Edit", { file_path: join(folder, "src/main.txt"), old_string: before, new_string: after }),
  ];
const read: Step = (folder) => [toolUse("Read", { file_path: join(folder, "src/main.txt") })];
const shell =
  (command: string): Step =>
  () => [bash(command)];

interface Diff {
  readonly isolation: string;
  readonly is_complete: boolean;
  readonly diff: string;
  readonly changes: readonly { readonly type: string; readonly path: string }[];
}

async function diffOf(turnpike: Turnpike, conversation: string): Promise<Diff> {
  const response = await turnpike.fetch(`/conversations/${conversation}/diff`);
  if (!response.ok) throw new Error(await response.text());
  // Proof for the cast: the tests of the route check the shape of its answers.
  return (await response.json()) as Diff;
}

function apply(turnpike: Turnpike, conversation: string): Promise<Response> {
  return turnpike.fetch(`/conversations/${conversation}/apply`, { method: "POST" });
}

const mainOf = (folder: string) => readFileSync(join(folder, "src/main.txt"), "utf8");

describe.each(ISOLATIONS)("isolation by %s", (isolation) => {
  const work = (base: string, prompt: string, options: WorkOptions = {}, turnpike = shared()) =>
    chat(turnpike, base, { model: isolation, prompt, ...options });

  test("conversations edit one file at once; the base is untouched until asked, then merged or refused", async () => {
    const turnpike = shared();
    const base = newBase(isolation);
    script(turnpike, {
      "JOB-FIRST": [
        read,
        edit("line 10\n", "ten by the first\n"),
        shell("echo new > new.txt && rm keep.txt"),
      ],
      "JOB-SECOND": [read, edit("line 10\n", "ten by the second\n")],
      "JOB-THIRD": [read, edit("line 2\n", "two by the third\n")],
    });
    const [first, second, third] = await Promise.all(
      ["JOB-FIRST", "JOB-SECOND", "JOB-THIRD"].map((name) => work(base, `${name} works in ${base}.`)),
    );
    if (!first || !second || !third) throw new Error("Not all of them have answered.");
    expect(new Set([...folders.values(), base]).size).toBeGreaterThanOrEqual(4);
    expect(mainOf(base)).toBe(LINES);
    expect([first, second, third].map(pathsOf)).toEqual([
      ["created new.txt", "deleted keep.txt", "changed src/main.txt"].toSorted(),
      ["changed src/main.txt"],
      ["changed src/main.txt"],
    ]);
    const diffs = await Promise.all(
      [first, second, third].map((each) => diffOf(turnpike, each.conversation)),
    );
    expect(diffs.every((diff) => diff.isolation === isolation && diff.is_complete)).toBe(true);
    expect(diffs.map(({ diff }) => diff.match(/^[-+](line|ten|two).*$/gm))).toEqual([
      ["-line 10", "+ten by the first"],
      ["-line 10", "+ten by the second"],
      ["-line 2", "+two by the third"],
    ]);

    const applied = await apply(turnpike, first.conversation);
    expect([applied.status, await applied.json()]).toMatchObject([
      200,
      { applied: ["keep.txt", "new.txt", "src/main.txt"] },
    ]);
    expect(mainOf(base)).toBe(LINES.replace("line 10\n", "ten by the first\n"));
    await expectError(await apply(turnpike, second.conversation), {
      status: 409,
      type: "invalid_request_error",
      code: "conflict",
      param: "src/main.txt",
      message: /src\/main\.txt/,
    });
    expect((await apply(turnpike, third.conversation)).status).toBe(200);
    expect(mainOf(base)).toBe(
      LINES.replace("line 10\n", "ten by the first\n").replace("line 2\n", "two by the third\n"),
    );
    expect([existsSync(join(base, "keep.txt")), existsSync(join(base, "new.txt"))]).toEqual([false, true]);
    // What is brought home is no difference any more.
    expect((await diffOf(turnpike, first.conversation)).changes).toEqual([]);
    expect((await diffOf(turnpike, second.conversation)).changes).toHaveLength(1);
  });

  test(
    "the folder stays the conversation's: hot, resumed, and after a restart",
    { timeout: 180_000 },
    async () => {
      const upstream = await startUpstream();
      const dataDir = join(await makeFolder(), "data");
      const workspace = await makeFolder();
      const start = () =>
        startTurnpike({ spares: 1, upstream, dataDir, configFile: CONFIG, flags: { workspace } });
      let turnpike = await start();
      const base = newBase(isolation, { workspace });
      const turn = async (word: string) => {
        script(turnpike, { [word]: [shell(`echo ${word} >> seen.txt && cat seen.txt`)] });
        const { placement, changes } = await work(base, `${word} it is.`, { name: "mine" }, turnpike);
        expect(changes?.map(({ path }) => path)).toEqual(["seen.txt"]);
        return { placement, folder: folders.get(word) };
      };
      const turns = [await turn("JOB-ONE"), await turn("JOB-TWO")];
      await turnpike.fetch("/conversations/mine?mode=evict", { method: "DELETE" });
      turns.push(await turn("JOB-THREE"));
      await turnpike.stop();
      turnpike = await start();
      turns.push(await turn("JOB-FOUR"));
      expect(turns.map(({ placement }) => placement)).toEqual(["spare", "hot", "resumed", "resumed"]);
      expect(new Set(turns.map(({ folder }) => folder)).size).toBe(1);
      expect((await diffOf(turnpike, "mine")).diff).toContain("+JOB-ONE\n+JOB-TWO\n+JOB-THREE\n+JOB-FOUR\n");
      expect(existsSync(join(base, "seen.txt"))).toBe(false);
    },
  );

  test("a branch begins with its parent's folder as it is, and goes its own way", async () => {
    const turnpike = shared();
    const base = newBase(isolation);
    script(turnpike, { "JOB-TRUNK": [shell("echo trunk > trunk.txt")] });
    const trunk = await work(base, `JOB-TRUNK ${base}`);
    const history = [user(`JOB-TRUNK ${base}`), assistant(trunk.content)];
    script(turnpike, { "JOB-LATER": [shell("echo later > later.txt")] });
    await work(base, "", { messages: [...history, user("JOB-LATER")] });
    script(turnpike, { "JOB-BRANCH": [shell("cat trunk.txt > branch.txt")] });
    const branch = await work(base, "", { messages: [...history, user("JOB-BRANCH")] });
    expect(branch.conversation).not.toBe(trunk.conversation);
    expect(folders.get("JOB-BRANCH")).not.toBe(folders.get("JOB-TRUNK"));
    expect(pathsOf(branch)).toEqual(["created branch.txt"]);
    const paths = async ({ conversation }: Worked) =>
      (await diffOf(turnpike, conversation)).changes.map(({ path }) => path);
    expect(await paths(trunk)).toEqual(["later.txt", "trunk.txt"]);
    expect(await paths(branch)).toEqual(["branch.txt", "later.txt", "trunk.txt"]);
  });

  test("an undo takes the turn's work back in its own folder, which ends with the conversation", async () => {
    const turnpike = shared();
    const base = newBase(isolation);
    script(turnpike, { "JOB-UNDONE": [read, edit("line 7\n", "seven\n"), shell("echo new > new.txt")] });
    const turn = await work(base, `JOB-UNDONE ${base}`);
    const folder = folders.get("JOB-UNDONE") ?? "";
    expect(mainOf(folder)).toContain("seven\n");
    expect((await undo(turnpike, turn.id)).status).toBe(200);
    expect([mainOf(folder), existsSync(join(folder, "new.txt"))]).toEqual([LINES, false]);
    expect((await diffOf(turnpike, turn.conversation)).changes).toEqual([]);

    const own = () =>
      readdirSync(join(turnpike.dataDir, "workspaces")).filter((name) => name.includes(turn.conversation));
    expect(own()).not.toEqual([]);
    const removed = await turnpike.fetch(`/conversations/${turn.conversation}`, { method: "DELETE" });
    expect(removed.status).toBe(200);
    expect(existsSync(folder)).toBe(false);
    expect(own()).toEqual([]);
    if (isolation === "worktree") expect(readdirSync(join(base, ".git"))).not.toContain("worktrees");
    expect((await turnpike.fetch(`/conversations/${turn.conversation}/diff`)).status).toBe(404);
    expect(mainOf(base)).toBe(LINES);
  });

  test("a request may ask for it where the profile does not, and never give it up", async () => {
    const turnpike = shared();
    const base = newBase(isolation);
    script(turnpike, { "JOB-RAISED": [shell("echo raised > raised.txt")] });
    const turn = await chat(turnpike, base, { prompt: `JOB-RAISED ${base}`, claude: { isolation } });
    expect(existsSync(join(base, "raised.txt"))).toBe(false);
    expect((await diffOf(turnpike, turn.conversation)).changes).toMatchObject([
      { type: "created", path: "raised.txt" },
    ]);
    turnpike.upstream.clear();
    const lowered = await post(turnpike, base, { model: isolation, claude: { isolation: "none" } });
    await expectError(lowered, {
      status: 403,
      type: "permission_error",
      code: "forbidden",
      param: "claude.isolation",
      message: new RegExp(`profiles\\.${isolation}\\.isolation`),
    });
    expect(turnpike.upstream.requests).toEqual([]);
  });
});

let firstAdmin: ReturnType<typeof signInFirstAdmin> | undefined;

test.each(ISOLATIONS)(
  "an administrator sees and applies what somebody's conversation changed by %s; it is in the audit log",
  { timeout: 240_000 },
  async (isolation) => {
    const turnpike = shared();
    const admin = await (firstAdmin ??= signInFirstAdmin(turnpike));
    const base = newBase(isolation);
    const name = `JOB-OF-${isolation.toUpperCase()}`;
    const late = `JOB-LATE-${isolation.toUpperCase()}`;
    script(turnpike, {
      [name]: [read, edit("line 5\n", "five\n"), shell("echo new > new.txt && rm keep.txt")],
      [late]: [read, edit("line 5\n", "cinq\n")],
    });
    const [turn, other] = await Promise.all(
      [name, late].map((word) => chat(turnpike, base, { model: isolation, prompt: `${word} ${base}` })),
    );
    if (!turn || !other) throw new Error("Not both have answered.");
    const path = `/admin/api/conversations/${turn.conversation}`;
    const { json: diff } = await admin("GET", `${path}/diff`);
    expect(diff).toMatchObject({ isolation, is_complete: true });
    expect(String(diff["diff"])).toContain("-line 5\n+five\n");
    expect(mainOf(base)).toBe(LINES);

    const own = await turnpike.fetch(`${path}/apply`, { method: "POST" });
    expect(own.status).toBe(403);
    expect(await admin("POST", `${path}/apply`, { "x-csrf-token": "another" })).toMatchObject({
      status: 403,
    });
    expect(mainOf(base)).toBe(LINES);

    const applied = ["keep.txt", "new.txt", "src/main.txt"];
    expect(await admin("POST", `${path}/apply`)).toEqual({
      status: 200,
      json: { object: "workspace.apply", conversation_id: turn.conversation, applied },
    });
    expect(mainOf(base)).toBe(LINES.replace("line 5\n", "five\n"));
    expect([existsSync(join(base, "keep.txt")), readFileSync(join(base, "new.txt"), "utf8")]).toEqual([
      false,
      "new\n",
    ]);
    if (isolation === "worktree")
      expect(run(base, "git log --oneline && git stash list")).toMatch(/ start\n?$/);

    // Another conversation changed the same line: nothing of it is applied.
    const refused = await admin("POST", `/admin/api/conversations/${other.conversation}/apply`);
    expect(refused).toMatchObject({ status: 409, json: { error: { param: "src/main.txt" } } });
    expect(mainOf(base)).toBe(LINES.replace("line 5\n", "five\n"));

    const { json: audit } = await admin("GET", "/admin/api/audit?limit=1");
    expect(audit["data"]).toMatchObject([{ action: "conversations.apply", target: turn.conversation }]);
  },
);

test("without isolation there is nothing of its own to tell of or to apply", async () => {
  const turnpike = shared();
  const base = newBase("copy");
  script(turnpike, { "JOB-PLAIN": [shell("echo plain > plain.txt")] });
  const { conversation } = await chat(turnpike, base, { prompt: `JOB-PLAIN ${base}` });
  expect(existsSync(join(base, "plain.txt"))).toBe(true);
  const answers = [
    await turnpike.fetch(`/conversations/${conversation}/diff`),
    await apply(turnpike, conversation),
  ];
  for (const answer of answers) {
    await expectError(answer, {
      status: 404,
      type: "invalid_request_error",
      code: "not_found",
      message: /isolation/,
    });
  }
});

function pathsOf({ changes = [] }: Worked): string[] {
  return changes.map(({ type, path }) => `${type} ${path}`).toSorted();
}

/** Asks the admin API as the server's first administrator, signed in as a browser is. */
async function signInFirstAdmin(turnpike: Turnpike) {
  const { hash } = new URL((await turnpike.linkFirstAdmin()) ?? "");
  const signedIn = await fetch(`${turnpike.url}/admin/api/link/use`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token: hash.slice(1), name: "ada", password: "correct horse battery" }),
  });
  // Proof: what the route answers with.
  const { csrf_token: token } = (await signedIn.json()) as { csrf_token: string };
  const [cookie = ""] = (signedIn.headers.get("set-cookie") ?? "").split(";");
  return async (method: "GET" | "POST", path: string, more: Readonly<Record<string, string>> = {}) => {
    const headers = { cookie, "x-csrf-token": token, ...more };
    const response = await fetch(`${turnpike.url}${path}`, { method, headers });
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  };
}
