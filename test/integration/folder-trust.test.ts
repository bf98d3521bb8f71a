import { execFileSync } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { changeTrustFile } from "../../src/config/trust/trust-file.ts";
import { work, workByName } from "./agent-work.ts";
import { denyAll } from "./approve.ts";
import { ask, assistant, user } from "./ask.ts";
import { plantRepository } from "./plant-repository.ts";
import { type PlantedFolder, plantSettings, startLure } from "./plant-settings.ts";
import { runTurnpike } from "./run-turnpike.ts";
import { API_KEY, makeFolder, startTurnpike, type Turnpike } from "./start-turnpike.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import type { HealthReport } from "../../src/core/ports/health.ts";
import { delay } from "../../src/lib/time.ts";

const bash = (command: string) => reply({ blocks: [toolUse("Bash", { command, description: "Look" })] });
const call = (name: string, input: unknown) => reply({ blocks: [toolUse(name, input)] });

/** A folder full of what Claude Code could run. */
async function plant(options: Parameters<typeof plantSettings>[1] = {}): Promise<PlantedFolder> {
  const folder = await makeFolder();
  const planted = { root: join(folder, "repository"), marks: join(folder, "marks"), lure: await startLure() };
  await mkdir(planted.root);
  await plantSettings(planted, options);
  return planted;
}

/** One turn in which the model tries all that a folder may bring along; what its API heard. */
async function workThrough(turnpike: Turnpike, planted: PlantedFolder, model: string): Promise<string> {
  const { upstream } = turnpike;
  upstream.clear();
  upstream.respondWith([
    bash("env | grep PLANTED; true"),
    call("Read", { file_path: join(planted.root, "sub/file.txt") }),
    call("Skill", { skill: "planted-skill" }),
    call("Skill", { skill: "sub-skill" }),
    call("Agent", { subagent_type: "planted-agent", description: "Look", prompt: "Look." }),
    bash("true"),
    text("Looked."),
    text("Done."),
  ]);
  await ask(turnpike, "Look around.", { model });
  // A conversation that a new process takes up.
  upstream.respondWith([bash("env | grep PLANTED; true"), text("Done.")]);
  await ask(turnpike, [user("Hello."), assistant("Hi."), user("Look around.")], { model });
  upstream.respondWith([bash("env | grep PLANTED; true"), text("Done.")]);
  const command = { model, messages: [user("Look around.")], claude: { command: "planted-command" } };
  await turnpike.post(command);
  return JSON.stringify(upstream.requests.map(({ body }) => body));
}

/** Once all its processes have ended, since some hooks run at the end. */
async function marksOf(planted: PlantedFolder, turnpike: Turnpike): Promise<readonly string[]> {
  await turnpike.stop();
  return (await readdir(planted.marks)).toSorted();
}

/** The operator lets every tool run: what does not run does so because it is not there. */
const OPEN = { allowedTools: ["Bash", "Skill", "Agent"] };

test("nothing of a folder that nobody trusts runs, wherever turns come to it; its notes are read", async () => {
  const planted = await plant({ takesRequests: true });
  await plantRepository(planted);
  const other = await makeFolder();
  const { root } = planted;
  const profiles = {
    root: { ...OPEN, workspace: root },
    every: { ...OPEN, workspace: root, settingSources: ["user", "project", "local"] },
    sub: { ...OPEN, workspace: join(root, "sub") },
    copy: { ...OPEN, workspace: root, isolation: "copy" },
    worktree: { ...OPEN, workspace: root, isolation: "worktree" },
    additional: { ...OPEN, workspace: other, additionalDirectories: [root] },
  };
  const turnpike = await startTurnpike({
    spares: 1,
    flags: { workspace: other, "approvals.timeout": "1s" },
    configFile: { profiles },
  });
  const heard: Record<string, string> = {};
  for (const name of Object.keys(profiles)) heard[name] = await workThrough(turnpike, planted, name);
  expect([await marksOf(planted, turnpike), planted.lure.calls]).toEqual([[], []]);
  for (const said of Object.values(heard)) {
    expect(said).not.toMatch(
      /PLANTED=|PLANTED_LOCAL=|PLANTED SKILL|SKILL TEXT|COMMAND TEXT|PLANTED AGENT|AGENT TEXT|STYLE TEXT|OUTSIDE NOTES/,
    );
  }
  for (const name of ["root", "every", "sub", "copy", "worktree"]) {
    expect(heard[name]?.match(/ROOT NOTES/g)?.length, name).toBeGreaterThan(2);
  }
  expect(heard["root"]).toContain("MENTIONED NOTES");
  expect(heard["sub"]).toContain("SUB NOTES");
  expect(heard["additional"]).not.toContain("ROOT NOTES");
}, 240_000);

test.each([
  ["the folder itself", "none"],
  ["a worktree of it", "worktree"],
  ["a copy of it", "copy"],
])(
  "trusted, it works as in Claude Code, its permission rules as well: %s",
  async (_, isolation) => {
    const planted = await plant();
    const { root } = planted;
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: root });
    if (isolation === "worktree") {
      git("init", "--quiet");
      git("add", "CLAUDE.md");
      git("commit", "--quiet", "--message", "First");
    }
    const turnpike = await startTurnpike({
      flags: { workspace: root, trustedFolders: [root], "approvals.timeout": "1s" },
      configFile: { profiles: { agent: { settingSources: ["user", "project", "local"], isolation } } },
    });
    const heard = await workThrough(turnpike, planted, "agent");
    const marks = await marksOf(planted, turnpike);
    const events = ["SessionStart", "UserPromptSubmit", "PreToolUse", "PostToolUse", "Stop", "SessionEnd"];
    const others = [
      "agent-hook",
      "agent-mcp-server",
      "bash-env",
      "command-line",
      "headers-helper",
      "mcp-server",
    ];
    expect(marks).toEqual(
      expect.arrayContaining([
        ...["project", "local", "plugin"].flatMap((of) => events.map((event) => `${of}-hook-${event}`)),
        ...others,
        "skill-hook",
        "skill-line",
        // The file that is read lies in the folder itself.
        ...(isolation === "none" ? ["sub-skill-line"] : []),
      ]),
    );
    expect(heard).toContain("PLANTED=by-project");
    expect(heard).toContain("PLANTED_LOCAL=by-local");
    expect(heard).toMatch(/ROOT NOTES[^]*PLANTED SKILL[^]*SKILL TEXT[^]*AGENT TEXT/);
    expect(heard).not.toContain("Notes of the project");
  },
  120_000,
);

test("the settings of a trusted folder may send requests elsewhere: the bait of the first test is real", async () => {
  const planted = await plant({ takesRequests: true });
  const { root } = planted;
  const turnpike = await startTurnpike({ flags: { workspace: root, trustedFolders: [root] } });
  const answer = await turnpike.post({ model: "claude-code", messages: [user("Hello.")] });
  expect(answer.status).toBe(404);
  expect(planted.lure.calls).toContainEqual(expect.stringMatching(/^POST \/model\/v1\/messages/));
  expect(planted.lure.headers.join("\n")).toContain("sk-ant-test");
}, 240_000);

test("a trusted folder in a repository that is not trusted: Claude Code would look upwards", async () => {
  const planted = await plant();
  const sub = join(planted.root, "sub");
  const turnpike = await startTurnpike({
    flags: { workspace: sub, trustedFolders: [sub], "approvals.timeout": "1s" },
    configFile: { profiles: { default: OPEN } },
  });
  const heard = await workThrough(turnpike, planted, "claude-code");
  expect([await marksOf(planted, turnpike), planted.lure.calls]).toEqual([[], []]);
  expect(heard).toContain("SUB NOTES");
}, 240_000);

test("a process that waits for its folder uses no settings of the one that the server was started in", async () => {
  const folder = await makeFolder();
  const planted = { root: folder, marks: join(folder, "marks"), lure: await startLure() };
  await plantSettings(planted);
  await mkdir(join(folder, "data"));
  await writeFile(join(folder, "data/config.yaml"), "profiles: {default: {allowedTools: [Bash]}}");
  const upstream = await startUpstream();
  const process = runTurnpike(["serve", "--port", "0"], {
    folder,
    upstream,
    environment: { TURNPIKE_TRUSTED_FOLDERS: join(folder, "workspace"), TURNPIKE_API_KEYS: API_KEY },
  });
  const [, url = ""] = await process.untilSays(/Base URL +(http:\S+)\/v1/);
  const health = async () => {
    const response = await fetch(`${url}/health`);
    // Proof for the cast: the server's own report.
    return (await response.json()) as HealthReport & { spares: { ready: number; limit: number } };
  };
  for (let { spares } = await health(); spares.ready < spares.limit || spares.limit === 0;) {
    await delay(50);
    ({ spares } = await health());
  }
  expect([(await readdir(planted.marks)).toSorted(), planted.lure.calls]).toEqual([[], []]);
  upstream.respondWith([bash("env | grep PLANTED; true"), text("Done.")]);
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${API_KEY}` },
    body: JSON.stringify({ model: "claude-code", messages: [user("Look.")] }),
  });
  expect([answer.status, answer.headers.get("x-turnpike-placement")]).toEqual([200, "spare"]);
  expect(JSON.stringify(upstream.requests.at(-1)?.body)).not.toContain("PLANTED=");
}, 240_000);

test("trust that is given or taken back counts in the next process; a live one is not used under another", async () => {
  const planted = await plant();
  const { root } = planted;
  const turnpike = await startTurnpike({
    spares: 1,
    flags: { workspace: root },
    configFile: { profiles: { default: OPEN } },
  });
  const { upstream, dataDir } = turnpike;
  let known = 0;
  /** Where it ran, and whether the folder's variables reached its command. */
  const turn = async () => {
    upstream.clear();
    upstream.respondWith([bash("env | grep PLANTED; true"), text("Done.")]);
    const { placement } = await ask(turnpike, "Look.", { model: "claude-code", conversation: "one" });
    const heard = JSON.stringify(upstream.requests.at(-1)?.body.messages);
    const before = known;
    known = heard.split("PLANTED=by-project").length - 1;
    return [placement, known > before];
  };
  const setTrusted = (trusted: readonly string[]) =>
    changeTrustFile(dataDir, () => ({ trusted, declined: [] }));
  expect([await turn(), await turn()]).toEqual([
    ["spare", false],
    ["hot", false],
  ]);
  await setTrusted([root]);
  expect([await turn(), await turn()]).toEqual([
    ["resumed", true],
    ["hot", true],
  ]);
  await setTrusted([]);
  expect(await turn()).toEqual(["resumed", false]);
}, 240_000);

test("a request that names a folder names no more than it: trust is the folder's own", async () => {
  const planted = await plant();
  const other = await makeFolder();
  const turnpike = await startTurnpike({
    flags: { workspace: other, trustedFolders: [other], "requests.folders": [planted.root] },
    configFile: { profiles: { default: OPEN } },
  });
  turnpike.upstream.respondWith([bash("env | grep PLANTED; true"), text("Done.")]);
  const claude = { workingDirectory: planted.root };
  const answer = await turnpike.post({ model: "claude-code", messages: [user("Look.")], claude });
  expect(answer.status).toBe(200);
  const heard = JSON.stringify(turnpike.upstream.requests.map(({ body }) => body));
  expect(heard).toContain("ROOT NOTES");
  expect(heard).not.toContain("PLANTED=");
  expect([await marksOf(planted, turnpike), planted.lure.calls]).toEqual([[], []]);
}, 240_000);

test("programs that a repository's own configuration names do not run unasked in mode default, acceptEdits, plan or dontAsk", async () => {
  const planted = new Map<string, PlantedFolder>();
  for (const mode of ["default", "acceptEdits", "plan", "dontAsk"]) {
    const folder = await plant();
    await plantRepository(folder);
    planted.set(mode, folder);
  }
  const turnpike = await startTurnpike({
    configFile: {
      profiles: Object.fromEntries(
        [...planted].map(([mode, { root }]) => [`in-${mode}`, { permissionMode: mode, workspace: root }]),
      ),
    },
  });
  const commands = [
    "git status",
    "git diff",
    "git log -1 -p",
    "git show",
    "git ls-files -m",
    "cd bare && git status",
    "git -C bare status",
    "git --git-dir=bare diff",
    "cd bare",
    "git status",
  ];
  const modes = [...planted.keys()];
  const script = work(...commands.map((command) => [toolUse("Bash", { command, description: "Look" })]));
  turnpike.upstream.respondWith(
    workByName(Object.fromEntries(modes.map((mode) => [`WORK-${mode}`, script]))),
  );
  const person = denyAll(turnpike);
  const answers = await Promise.all(
    modes.map((mode) => ask(turnpike, `WORK-${mode}`, { model: `in-${mode}` })),
  );
  person.end();
  expect(answers.map(({ text: said }) => said)).toEqual(modes.map(() => expect.stringContaining("Done.")));
  await turnpike.stop();
  const marks = modes.map(async (mode) => [mode, await readdir(planted.get(mode)?.marks ?? "")]);
  expect(await Promise.all(marks)).toEqual(modes.map((mode) => [mode, []]));
}, 240_000);

test("a repository inside of an ordinary one names programs: they do not run unasked either", async () => {
  const root = await makeFolder();
  const nested = { root: join(root, "nested"), marks: join(root, "marks") };
  await mkdir(nested.marks);
  await mkdir(nested.root);
  await writeFile(join(nested.root, "CLAUDE.md"), "NESTED NOTES");
  execFileSync("git", ["init", "--quiet"], { cwd: root });
  await plantRepository(nested);
  const turnpike = await startTurnpike({ flags: { workspace: root } });
  const commands = [
    "git status",
    "git -C nested status",
    "cd nested && git status",
    "cd nested",
    "git status",
    "git diff",
  ];
  turnpike.upstream.respondWith([...commands.map((command) => bash(command)), text("Done.")]);
  const person = denyAll(turnpike);
  expect((await ask(turnpike, "Look.", { model: "claude-code" })).text).toContain("Done.");
  person.end();
  // The repository itself is an ordinary one, where nothing is asked.
  expect(JSON.stringify(turnpike.upstream.requests[1]?.body)).toContain("No commits yet");
  await turnpike.stop();
  expect(await readdir(nested.marks)).toEqual([]);
}, 240_000);

test("the person's own settings count in a folder that nobody trusts", async () => {
  const planted = await plant();
  const claude = join(planted.root, "../claude");
  const command = `touch '${join(planted.marks, "persons-own")}'`;
  await mkdir(claude);
  const hooks = { UserPromptSubmit: [{ hooks: [{ type: "command", command }] }] };
  await writeFile(join(claude, "settings.json"), JSON.stringify({ hooks }));
  await writeFile(join(claude, "CLAUDE.md"), "OWN NOTES");
  const turnpike = await startTurnpike({
    flags: { workspace: planted.root },
    environment: { CLAUDE_CONFIG_DIR: claude },
  });
  await ask(turnpike, "Hello.", { model: "claude-code" });
  const heard = JSON.stringify(turnpike.upstream.requests.map(({ body }) => body));
  expect(heard).toContain("OWN NOTES");
  expect(heard).toContain("ROOT NOTES");
  expect(await marksOf(planted, turnpike)).toEqual(["persons-own"]);
}, 240_000);
