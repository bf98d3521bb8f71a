import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";

import { FakeContext } from "../../../test/cli/fake-context.ts";
import { doctor } from "./doctor.ts";
import { lockDataFolder } from "../lock-data-folder.ts";
import { waitFor } from "../../../test/wait-for.ts";

let folder: string;
let fake: FakeContext;
/** Contains neither the home nor the data folder, which would cause a warning. */
let workspace: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-")));
  fake = new FakeContext(folder);
  workspace = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-workspace-")));
});
afterEach(() => [folder, workspace].forEach((each) => rmSync(each, { recursive: true })));

interface Given {
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly file?: unknown;
  readonly isJson?: boolean;
  readonly isLive?: boolean;
}

/** With a data folder that only its owner can read, unless the flags name another. */
function examine({ flags = {}, file, isJson = false, isLive = false }: Given = {}): Promise<number> {
  mkdirSync(join(folder, "data"), { recursive: true, mode: 0o700 });
  // JSON is YAML too.
  if (file !== undefined) writeFileSync(join(folder, "data", "config.yaml"), JSON.stringify(file));
  const given = { dataDir: "data", workspace, "server.port": "0", ...flags };
  return doctor({ flags: given }, { isJson, isLive }, fake.context);
}

function pretendClaude(version: string): void {
  fake.printed.length = 0;
  fake.doctorTools = { ...fake.doctorTools, findClaude: async () => ({ path: "/opt/claude", version }) };
}

const printed = () => fake.printed.join("\n");

test("tells of each part and that all is in order, and leaves everything as it is", async () => {
  expect(await examine()).toBe(0);
  const names = [
    "Settings",
    "Node",
    "Data folder",
    "Temp folder",
    "Keys",
    "Address",
    "Workspaces",
    "Database",
    "git",
    "Sandbox",
  ];
  for (const name of [...names, "Claude Code", "Login"])
    expect(printed()).toMatch(new RegExp(`^ok +${name}`, "m"));
  expect(printed()).toContain("Everything is in order.");
  expect(readdirSync(join(folder, "data"))).toEqual([]);
  expect(fake.started).toEqual([]);

  fake.printed.length = 0;
  expect(await examine({ flags: { dataDir: "nowhere/yet" } })).toBe(0);
  expect(printed()).toContain("nowhere/yet: made at the first start");
  expect(readdirSync(folder)).toEqual(["data"]);
});

test("settings that cannot be used are told one by one, and nothing that hangs on them is looked at", async () => {
  expect(
    await examine({ file: { turns: { queue: "many" }, profiles: { default: { sandbox: "maybe" } } } }),
  ).toBe(1);
  expect(printed()).toMatch(/^fail +Settings .*queue/m);
  expect(printed()).toMatch(/^fail .*sandbox/m);
  expect(printed()).not.toContain("Login");
  expect(printed()).toContain("2 problems, 0 warnings.");
});

test("a missing login, a missing binary and a database that does not answer are failures with what to do", async () => {
  fake.doctorTools = {
    ...fake.doctorTools,
    describeAccount: async () => ({ isLoggedIn: false, source: "none", models: [] }),
    findClaude: () => Promise.reject(new Error("/opt/claude cannot be started (EACCES).")),
    checkDatabase: () =>
      Promise.reject(new Error("The Postgres database at db:5432 cannot be used: refused.")),
  };
  expect(await examine()).toBe(1);
  expect(printed()).toMatch(
    /^fail +Login +Claude Code is not logged in\.\n +-> .*turnpike login\. Or set ANTHROPIC_API_KEY/m,
  );
  expect(printed()).toMatch(/^fail +Claude Code +\/opt\/claude cannot be started/m);
  expect(printed()).toMatch(/^fail +Database .*db:5432/m);
});

test("one fault is told as one, not as the login's as well", async () => {
  fake.doctorTools = {
    ...fake.doctorTools,
    describeAccount: () => Promise.reject(new Error("It does not start.")),
  };
  expect(await examine()).toBe(1);
  expect(printed()).toMatch(/^fail +Login +Claude Code does not start/m);
  fake.printed.length = 0;
  fake.doctorTools.findClaude = () => Promise.reject(new Error("/opt/claude cannot be started (EACCES)."));
  expect(await examine()).toBe(1);
  expect(printed()).toMatch(/^warn +Login +Not known\. See "Claude Code" above/m);
  expect(printed().match(/^fail/gm)).toHaveLength(1);
});

test("a demo needs no login", async () => {
  fake.doctorTools = { ...fake.doctorTools, describeAccount: () => Promise.reject(new Error("asked")) };
  expect(await examine({ flags: { demo: true } })).toBe(0);
  expect(printed()).toMatch(/^ok +Login +none needed/m);
});

test("a sandbox that is required and not there is a failure, one that is only wished for a warning", async () => {
  fake.doctorTools = {
    ...fake.doctorTools,
    detectSandbox: async () => ({ isAvailable: false, detail: "socat is not installed." }),
  };
  expect(await examine({ file: { profiles: { default: { sandbox: "required" } } } })).toBe(1);
  expect(printed()).toMatch(/^fail +Sandbox +profiles\.default\.sandbox .*socat is not installed/m);

  fake.printed.length = 0;
  expect(await examine({ file: { profiles: { default: { sandbox: "auto" } } } })).toBe(0);
  expect(printed()).toMatch(/^warn +Sandbox .*socat is not installed/m);
});

test("each MCP server of a profile is asked once, and what fails is told without a secret on one line", async () => {
  const docs = { command: "docs-server", env: { TOKEN: "very-secret" } };
  const file = {
    mcpServers: { docs, unused: { command: "unused" } },
    profiles: { default: { mcpServers: ["docs"] }, review: { mcpServers: ["docs"] } },
  };
  let looks = 0;
  fake.doctorTools = {
    ...fake.doctorTools,
    probeMcpServer: async () => {
      looks += 1;
      return { status: "failed", problem: "It ended before it answered.", detail: "no token\n\u001b[31mbad" };
    },
  };
  expect(await examine({ file })).toBe(1);
  expect(looks).toBe(1);
  expect(printed()).toMatch(/^fail +MCP docs +stdio: It ended before it answered\. It says: no token\\n/m);
  expect(printed()).toContain("(default, review)");
  expect(printed()).not.toContain("very-secret");
  expect(printed()).not.toContain("\u001b");
});

test("a folder in use and the port of its server are in order, another's port is not", async () => {
  using _lock = (mkdirSync(join(folder, "data"), { mode: 0o700 }), lockDataFolder(join(folder, "data")));
  const taker = createServer();
  await once(taker.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void taker.close());
  // Proof for the cast: it listens on a TCP port.
  const { port } = taker.address() as AddressInfo;
  const exitCode = await examine({ flags: { "server.port": String(port) } });
  expect(printed()).toMatch(/^ok +Data folder .*in use by a running Turnpike \(process \d+\)/m);
  expect(printed()).toMatch(/^ok +Database +SQLite, open in the running server/m);
  // Only where the system tells who listens on a port is it known that the process with the folder has the port too.
  if (process.platform === "linux") expect(printed()).toMatch(/^ok +Address .*own server listens/m);
  expect(exitCode).toBe(process.platform === "linux" ? 0 : 1);

  fake.printed.length = 0;
  const other = { "server.port": String(port), dataDir: "other" };
  expect(await examine({ flags: other })).toBe(1);
  expect(printed()).toMatch(new RegExp(`^fail +Address +Port ${port} on 127\\.0\\.0\\.1 is taken`, "m"));
});

test.skipIf(process.platform === "win32")(
  "keys that others may read, or that are empty, are told, and never shown",
  async () => {
    mkdirSync(join(folder, "data"), { mode: 0o700 });
    writeFileSync(join(folder, "data", "api-key"), "tp-very-secret\n");
    chmodSync(join(folder, "data", "api-key"), 0o644);
    writeFileSync(join(folder, "data", "approver-key"), "", { mode: 0o600 });
    expect(await examine()).toBe(1);
    expect(printed()).toMatch(/^warn +Keys +Others may read the API key file/m);
    expect(printed()).toMatch(/^fail .*approver key file .* is empty/m);
    expect(printed()).not.toContain("very-secret");

    // What the start refuses, whoever may read it.
    fake.printed.length = 0;
    writeFileSync(join(folder, "data", "api-key"), "two words\n");
    writeFileSync(join(folder, "data", "approver-key"), "tp-approver-in-plain-text\n");
    writeFileSync(join(folder, "data", "seal-key"), "short\n", { mode: 0o600 });
    expect(await examine()).toBe(1);
    for (const what of ["API", "approver", "seal"])
      expect(printed()).toMatch(new RegExp(`^fail .*The ${what} key file .* holds no key`, "m"));
    expect(printed()).not.toContain("plain-text");
  },
);

test("beside settings that cannot be used, what is wrong with the machine is told all the same", async () => {
  fake.environment = { TMPDIR: join(folder, "gone") };
  expect(await examine({ flags: { "turns.queue": "many" } })).toBe(1);
  expect(printed()).toMatch(/^fail +Settings .*queue/m);
  expect(printed()).toMatch(/^fail +Temp folder .*gone does not exist/m);
  expect(printed()).toContain("2 problems");
});

test("worktrees need a repository", async () => {
  expect(await examine({ file: { profiles: { default: { isolation: "worktree" } } } })).toBe(1);
  expect(printed()).toMatch(/profiles\.default\.isolation is 'worktree', but .* not in a git repository/);
});

test("for programs it is one JSON text", async () => {
  fake.doctorTools = { ...fake.doctorTools, detectSandbox: () => Promise.reject(new Error("broken")) };
  expect(await examine({ isJson: true })).toBe(1);
  expect(fake.printed).toHaveLength(1);
  const { ok, checks } = JSON.parse(printed());
  expect(ok).toBe(false);
  expect(checks).toContainEqual({
    check: "Sandbox",
    status: "fail",
    message: "This could not be checked: broken",
  });
  expect(checks).toContainEqual({ check: "Settings", status: "ok", message: expect.any(String) });
});

test("what is known is told while the slow ones go on, and what was started is ended", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const close = vi.fn(async () => {});
  fake.doctorTools = { ...fake.doctorTools, checkDatabase: () => promise, close };
  const examining = examine();
  await waitFor(() => expect(printed()).toContain("Workspaces"));
  expect(printed()).not.toContain("Database");
  expect(close).not.toHaveBeenCalled();
  resolve("Postgres 16 answers");
  expect(await examining).toBe(0);
  expect(close).toHaveBeenCalledOnce();
});

test("tells of a workspace's own settings that are not used, and how to use them", async () => {
  writeFileSync(join(workspace, ".mcp.json"), "{}");
  expect(await examine()).toBe(0);
  expect(printed()).toContain(`${workspace} has settings of its own (.mcp.json), which are not used.`);
  expect(printed()).toContain(`turnpike trust ${workspace} --data-dir ${join(folder, "data")}`);
  fake.printed.length = 0;
  expect(await examine({ flags: { trustedFolders: [workspace] } })).toBe(0);
  expect(printed()).not.toContain("settings of its own");
});

test.each([
  ["upstream-authentication", "fail", "refuses the credentials", 1],
  ["billing", "fail", "may not spend more", 1],
  ["engine-outdated", "fail", "newer Claude Code", 1],
  ["upstream-failed", "fail", "cannot be reached", 1],
  ["usage-limit-reached", "warn", "at a limit for now", 0],
  ["upstream-overloaded", "warn", "overloaded", 0],
] as const)("what the model's API says when it is asked: %s", async (kind, status, words, code) => {
  fake.doctorTools = {
    ...fake.doctorTools,
    askModel: async () => ({ type: "failed", error: { kind, message: "So it says." } }),
  };
  expect(await examine()).toBe(0);
  expect(printed()).not.toContain("Model's API");
  expect(await examine({ isLive: true })).toBe(code);
  expect(printed()).toMatch(new RegExp(`^${status} +Model's API +.*${words}`, "m"));
});

test("a word of the model costs what it costs", async () => {
  expect(await examine({ isLive: true })).toBe(0);
  expect(printed()).toMatch(/^ok +Model's API +takes the credentials; a word of it cost \$0\.0004$/m);
});

test.skipIf(process.platform === "win32")(
  "each fault of the temp folder is told with what to do",
  async () => {
    const temp = join(folder, "tmp");
    fake.environment = { TMPDIR: temp };
    expect(await examine()).toBe(1);
    expect(printed()).toMatch(/^fail +Temp folder +\S+\/tmp does not exist\.\n +-> Make it. Or: Set TMPDIR/m);

    writeFileSync(temp, "");
    fake.printed.length = 0;
    expect(await examine()).toBe(1);
    expect(printed()).toMatch(/^fail +Temp folder +\S+\/tmp is not a folder\.\n +-> Set TMPDIR/m);
    // The one that is Claude Code's own counts first.
    fake.environment = { TMPDIR: temp, CLAUDE_CODE_TMPDIR: folder };
    fake.printed.length = 0;
    expect(await examine()).toBe(0);
    expect(printed()).toMatch(new RegExp(`^ok +Temp folder +${folder}: writable`, "m"));
    expect(readdirSync(folder).filter((name) => name.includes("doctor"))).toEqual([]);
  },
);

test("a data folder that is a file is one fault, and not that of each key in it as well", async () => {
  writeFileSync(join(folder, "file"), "");
  expect(await examine({ flags: { dataDir: join(folder, "file") } })).toBe(1);
  expect(printed().match(/^fail.*/gm)).toEqual([expect.stringMatching(/Data folder +\S+ is not a folder\./)]);
  expect(printed()).toMatch(/^warn +Keys +Not known\. See "Data folder" above\./m);
});

test("each fault of the log file is told with what to do", async () => {
  const examineLog = (file: string) => {
    fake.printed.length = 0;
    return examine({ flags: { "log.file": file } });
  };
  expect(await examineLog("data/turnpike.log")).toBe(0);
  expect(printed()).toMatch(/^ok +Log +\S+turnpike\.log$/m);
  expect(readdirSync(join(folder, "data"))).toEqual([]);
  expect(await examineLog(".")).toBe(1);
  expect(printed()).toMatch(
    /^fail +Log +The log file \S+ is a folder\.\n +-> Choose another with --log-file/m,
  );
  writeFileSync(join(folder, "a file"), "");
  expect(await examineLog("a file/turnpike.log")).toBe(1);
  expect(printed()).toMatch(/^fail +Log +The log file .* cannot be made: .*\n +-> Choose another/m);

  execFileSync("mkfifo", [join(folder, "pipe")]);
  expect(await examineLog("pipe")).toBe(0);
  expect(printed()).toMatch(/^warn +Log +The log file \S+ is a pipe: .*\n +-> Let one read it/m);

  // Without one, what `turnpike start` would write is looked at.
  mkdirSync(join(folder, "data", "server.log"));
  fake.printed.length = 0;
  expect(await examine()).toBe(1);
  expect(printed()).toMatch(/^fail +Log +The log file \S+server\.log is a folder/m);
});

test.skipIf(process.platform !== "linux")(
  "a temp folder where nothing can be written, whoever asks",
  async () => {
    fake.environment = { TMPDIR: "/proc" };
    expect(await examine()).toBe(1);
    expect(printed()).toMatch(
      /^fail +Temp folder +\/proc cannot be written by this user \(E\w+\)\.\n +-> Set TMPDIR/m,
    );
  },
);

test.skipIf(process.platform === "win32")("Claude Code's own place in the temp folder", async () => {
  fake.userId = 12_345;
  fake.environment = { TMPDIR: folder };
  writeFileSync(join(folder, "claude-12345"), "");
  expect(await examine()).toBe(1);
  expect(printed()).toMatch(/^fail +Temp folder .*claude-12345 is not a folder.*\n +-> Remove it/m);
  rmSync(join(folder, "claude-12345"));
  mkdirSync(join(folder, "claude-12345"));
  fake.printed.length = 0;
  expect(await examine()).toBe(1);
  expect(printed()).toMatch(/claude-12345 belongs to another user/);
});

test("a Claude Code that is too old for a model is told with the model", async () => {
  pretendClaude("2.1.279 (Claude Code)");
  expect(await examine()).toBe(0);
  expect(printed()).toMatch(
    /^warn +It is too old for the model 'opus', which wants 2\.1\.280 or newer\.\n +-> Update/m,
  );
  pretendClaude("2.1.280 (Claude Code)");
  expect(await examine()).toBe(0);
  expect(printed()).not.toContain("too old");
  pretendClaude("something else");
  expect(await examine()).toBe(0);
  expect(printed()).toMatch(/^warn .*does not tell its version, but 'something else'/m);
});
