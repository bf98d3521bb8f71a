import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { messageText } from "../../src/core/words/message.ts";
import { KEY, say, type ScriptedServer, startScriptedServer } from "../http/scripted-server.ts";
import { makeFolder } from "../integration/start-turnpike.ts";
import { connectClient, type Connected } from "./connect-client.ts";
import { describeProgram } from "./describe-program.ts";
import type { Program, ProgramName } from "./find-program.ts";
import { opencodeEnvironment } from "./opencode-environment.ts";
import { runAsTold } from "./run-as-told.ts";
import { type DeadEnd, startDeadEnd } from "./start-dead-end.ts";

const ANSWER = "Quite warm.";

/** The server's whole HTTP side. What Claude Code makes of the clients' requests, their other tests look at, connected too. */
let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer(say(ANSWER));
});
afterAll(() => server.close());

interface ClientCase {
  readonly program: ProgramName;
  readonly client: string;
  /** What it makes of the model `sonnet`, if something else. */
  readonly asksFor?: string;
  /** Files that the person has already, by their path below the home folder. */
  readonly existing: Readonly<Record<string, string>>;
  /** What must still be in these files afterwards, and what must be there now. */
  readonly survives: Readonly<Record<string, readonly (string | RegExp)[]>>;
  /** The client is not to meet these, and the first of its models is its default. */
  environment(home: string, internet: DeadEnd): Readonly<Record<string, string>>;
  /** Arguments for one prompt without a terminal. */
  args(prompt: string): readonly string[];
  /** Another file than its own, below the home folder, that it can be started with. */
  readonly otherFile: string;
}

const CASES: readonly ClientCase[] = [
  {
    program: "codex",
    client: "codex",
    existing: {
      ".codex/config.toml": `# mine
model = "gpt-5" # the default
check_for_update_on_startup = false

[features]
plugins = false # each asks its maker's servers
apps = false
[analytics]
enabled = false

[model_providers.local]
name = "Local"
base_url = "http://127.0.0.1:9/v1"
`,
    },
    survives: {
      ".codex/config.toml": [
        '# mine\nmodel = "sonnet" # the default\n',
        "plugins = false # each asks its maker's servers\n",
        '[model_providers.local]\nname = "Local"\n',
        "\n[model_providers.turnpike]\n",
      ],
    },
    environment: (home, internet) => ({
      HOME: home,
      CODEX_HOME: join(home, ".codex"),
      ...internet.environment,
    }),
    args: (prompt) => ["exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", prompt],
    otherFile: "other/config.toml",
  },
  {
    program: "opencode",
    client: "opencode",
    existing: {
      ".config/opencode/opencode.jsonc": `{
  // mine
  "model": "local/small", // for the train
  "share": "disabled",
  "disabled_providers": ["turnpike"],
  "provider": { "local": { "npm": "@ai-sdk/openai-compatible", "options": { "baseURL": "http://127.0.0.1:9/v1" }, "models": { "small": {} } } },
}
`,
    },
    survives: {
      ".config/opencode/opencode.jsonc": [
        '{\n  // mine\n  "model": "turnpike/sonnet", // for the train\n  "share": "disabled",\n',
        '"local": { "npm": "@ai-sdk/openai-compatible", "options": { "baseURL": "http://127.0.0.1:9/v1" }',
        '"turnpike": {',
      ],
    },
    environment: (home, internet) => opencodeEnvironment(home, internet),
    args: (prompt) => ["run", prompt],
    otherFile: "other.json",
  },
  {
    program: "continue",
    client: "continue",
    existing: {
      ".continue/config.yaml": `# mine
name: Ada's
version: 0.0.1
models:
  # for the train
  - name: Local
    provider: openai
    model: small
    apiBase: http://127.0.0.1:9/v1
rules:
  - Answer briefly. # always
`,
      ".continue/.env": "OTHER_SECRET=stays\n",
    },
    survives: {
      ".continue/config.yaml": [
        "# mine\nname: Ada's\nversion: 0.0.1\n",
        "  # for the train\n",
        "  - name: Local\n    provider: openai\n    model: small\n",
        "rules:\n  - Answer briefly. # always\n",
        "name: sonnet (Turnpike)",
      ],
      ".continue/.env": ["OTHER_SECRET=stays\n"],
    },
    environment: (home, internet) => ({
      HOME: home,
      CONTINUE_TELEMETRY_ENABLED: "0",
      CONTINUE_API_BASE: internet.url,
      ...internet.environment,
    }),
    args: (prompt) => ["--print", "--auto", prompt],
    otherFile: "other.yaml",
  },
  {
    program: "qwen",
    client: "qwen",
    existing: {
      ".qwen/settings.json": `{
  // mine
  "general": { "enableAutoUpdate": false },
  "privacy": { "usageStatisticsEnabled": false },
  "modelProviders": { "openai": [{ "id": "sonnet", "baseUrl": "http://127.0.0.1:9/v1", "envKey": "OTHER_SECRET" }] },
  "model": { "name": "small" } // for the train
}
`,
      ".qwen/.env": "OTHER_SECRET=stays\n",
    },
    survives: {
      ".qwen/settings.json": [
        '{\n  // mine\n  "general": { "enableAutoUpdate": false },\n',
        '{ "id": "sonnet", "baseUrl": "http://127.0.0.1:9/v1", "envKey": "OTHER_SECRET" }',
        /"model": \{ "name": "sonnet", "baseUrl": "http:\S+\/v1" \}/,
        "// for the train",
        "sonnet (Turnpike)",
      ],
      ".qwen/.env": ["OTHER_SECRET=stays\n"],
    },
    environment: (home, internet) => ({ HOME: home, ...internet.environment }),
    args: (prompt) => ["--prompt", prompt],
    otherFile: "other.json",
  },
  {
    program: "claude",
    client: "claude-code",
    asksFor: "claude-sonnet-5-5",
    existing: {
      ".claude/settings.json": '{ "model": "opus" }\n',
      ".claude/turnpike.settings.json": `{
  "includeCoAuthoredBy": false,
  "model": "opus",
  "env": { "MY_OWN": "stays" }
}
`,
    },
    survives: {
      ".claude/settings.json": ['{ "model": "opus" }\n'],
      ".claude/turnpike.settings.json": [
        '{\n  "includeCoAuthoredBy": false,\n  "model": "sonnet",\n',
        '"MY_OWN": "stays"',
      ],
    },
    environment: (home, internet) => ({
      HOME: home,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      // Of the person's shell, for another server: each would be sent here, and refused.
      ANTHROPIC_AUTH_TOKEN: "token-of-the-shell",
      ANTHROPIC_API_KEY: "key-of-the-shell",
      ...internet.environment,
    }),
    args: (prompt) => ["--print", prompt],
    otherFile: "other.json",
  },
];

for (const one of CASES) {
  describeProgram(one.program, (program) => {
    test("works with what connect writes, twice, and what was there survives", { timeout: 240_000 }, () =>
      playConnection(one, program),
    );

    test("works as connect says with a file that is not its own", { timeout: 240_000 }, () =>
      playOtherFile(one, program),
    );
  });
}

interface Person {
  /** What connect has said to start the client with. */
  readonly start: readonly string[];
  readonly home: string;
  readonly folder: string;
  readonly internet: DeadEnd;
}

/** Asks by the lines that connect has said, and expects that it is the server that answers. */
async function ask(
  one: ClientCase,
  program: Program,
  { start, home, folder, internet }: Person,
  prompt: string,
): Promise<void> {
  const end = await runAsTold(start, program, one.args(prompt), {
    folder,
    environment: one.environment(home, internet),
  });
  expect(end, end.stderr).toMatchObject({ code: 0, signal: null });
  expect(end.stdout).toContain(ANSWER);
  const asked = server.requests.findLast(({ messages }) => messages.map(messageText).join().includes(prompt));
  expect(asked?.target.modelId).toBe(one.asksFor ?? "sonnet");
}

async function playOtherFile(one: ClientCase, program: Program): Promise<void> {
  const internet = await startDeadEnd();
  const [home, folder] = [await makeFolder(), await makeFolder()];
  // What it is set to by its own file counts for less.
  const [[ownFile, content] = ["", ""]] = Object.entries(one.existing);
  const existing = { [ownFile]: content, [one.otherFile]: content };
  const { start } = await connectClient(one.client, { url: server.url, apiKey: KEY, home, existing }, [
    "--file",
    join(home, one.otherFile),
  ]);
  expect(await readFile(join(home, ownFile), "utf8")).toBe(content);
  await ask(one, program, { start, home, folder, internet }, "How warm was it?");
  expect(internet.attempts).toEqual([]);
}

async function playConnection(one: ClientCase, program: Program): Promise<void> {
  const internet = await startDeadEnd();
  const [home, folder] = [await makeFolder(), await makeFolder()];
  const person = { url: server.url, apiKey: KEY, home };
  const first = await connectClient(one.client, { ...person, existing: one.existing });
  expect(first).toMatchObject({ server: "models", models: ["sonnet", "vendor/model"] });
  await expectSurvival(one, home, first);
  await ask(one, program, { start: first.start, home, folder, internet }, "How warm is it?");

  const second = await connectClient(one.client, person);
  expect(second.files.map(({ state, written }) => ({ state, written }))).toEqual(
    first.files.map(() => ({ state: "unchanged", written: false })),
  );
  await ask(one, program, { start: second.start, home, folder, internet }, "And tomorrow?");
  expect(internet.attempts).toEqual([]);
}

async function expectSurvival(one: ClientCase, home: string, { files }: Connected): Promise<void> {
  for (const [name, parts] of Object.entries(one.survives)) {
    const content = await readFile(join(home, name), "utf8");
    for (const part of parts) {
      if (typeof part === "string") expect(content).toContain(part);
      else expect(content).toMatch(part);
    }
  }
  for (const { path, backup, holdsKey } of files) {
    const before = Object.entries(one.existing).find(([name]) => join(home, name) === path)?.[1];
    expect(backup && (await readFile(backup, "utf8"))).toBe(before ?? null);
    expect((await readFile(path, "utf8")).includes(KEY)).toBe(holdsKey);
    if (holdsKey) expect((await stat(path)).mode & 0o777).toBe(0o600);
  }
}
