import { readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { messageText } from "../../src/core/words/message.ts";
import { KEY, say, type ScriptedServer, startScriptedServer } from "../http/scripted-server.ts";
import { makeFolder } from "../integration/start-turnpike.ts";
import { type Connected, preparePerson } from "./connect-client.ts";
import { describeProgram } from "./describe-program.ts";
import type { Program, ProgramName } from "./find-program.ts";
import { runProgram } from "./run-program.ts";
import { type DeadEnd, startDeadEnd } from "./start-dead-end.ts";

const LAUNCHER = join(import.meta.dirname, "..", "..", "bin", "turnpike.cjs");
/** The Node that runs the scripts, whatever the machine's own is. */
const NODE = join(dirname(createRequire(import.meta.url).resolve("node/package.json")), "bin", "node");

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
  /** Files that the person has already, by their path below the home folder. */
  readonly existing: Readonly<Record<string, string>>;
  /** What must still be in these files afterwards, and what must be there now. */
  readonly survives: Readonly<Record<string, readonly (string | RegExp)[]>>;
  /** The client is not to meet these, and the first of its models is its default. */
  environment(home: string, internet: DeadEnd): Readonly<Record<string, string>>;
  /** Arguments for one prompt without a terminal. */
  args(prompt: string, home: string): readonly string[];
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
      TURNPIKE_API_KEY: KEY,
      ...internet.environment,
    }),
    args: (prompt) => ["exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", prompt],
  },
];

for (const one of CASES) {
  describeProgram(one.program, (program) => {
    test("works with what connect writes, twice, and what was there survives", { timeout: 120_000 }, () =>
      playConnection(one, program),
    );
  });
}

async function playConnection(one: ClientCase, { command, args }: Program): Promise<void> {
  const internet = await startDeadEnd();
  const [home, folder] = [await makeFolder(), await makeFolder()];
  const environment = await preparePerson({ home, apiKey: KEY, existing: one.existing });
  const connect = async (): Promise<Connected> => {
    const words = ["connect", one.client, "--yes", "--json", "--url", server.url];
    const end = await runProgram(NODE, [LAUNCHER, ...words], { folder: home, environment });
    expect(end, end.stderr).toMatchObject({ code: 0, signal: null });
    return JSON.parse(end.stdout);
  };
  const ask = async (prompt: string) => {
    const end = await runProgram(command, [...args, ...one.args(prompt, home)], {
      folder,
      environment: one.environment(home, internet),
    });
    expect(end, end.stderr).toMatchObject({ code: 0, signal: null });
    expect(end.stdout).toContain(ANSWER);
    const asked = server.requests.findLast(({ messages }) =>
      messages.map(messageText).join().includes(prompt),
    );
    expect(asked?.target.modelId).toBe("sonnet");
  };

  const first = await connect();
  expect(first).toMatchObject({ server: "models", models: ["sonnet", "vendor/model"] });
  await expectSurvival(one, home, first);
  await ask("How warm is it?");

  const second = await connect();
  expect(second.files.map(({ state, written }) => ({ state, written }))).toEqual(
    first.files.map(() => ({ state: "unchanged", written: false })),
  );
  await ask("And tomorrow?");
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
