import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { ConfigError } from "../../src/config/config-error.ts";
import { reply, text, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { findBundled } from "../../src/engines/sdk/find-claude.ts";
import { OLDEST_VERSION } from "../../src/engines/cli/require-claude.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { ask, assistant, system, user } from "./ask.ts";
import { claudeProcesses, processIdOf, runningProcessIds } from "./claude-processes.ts";
import { runTurnpike } from "./run-turnpike.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { makeFolder, startTurnpike } from "./start-turnpike.ts";

const CLAUDE = findBundled() ?? "claude";

/** What programs say that people start in front of Claude Code, on both of its outputs. */
const NOISE = `
echo 'Welcome to this machine!'
echo '{"level":"info","message":"starting"}'
echo '{"type":"result"'
printf '%s\\n' '{"type":"control_response","response":{"subtype":"success","request_id":"none"}}'
echo 'SECRET-OF-THE-WRAPPER' >&2
`;

/** A `claude` in a folder of its own: a script with these lines in front of the real one. */
async function makeClaude(folder: string, lines = ""): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "claude");
  await writeFile(path, `#!/bin/sh\n${lines}\nexec '${CLAUDE}' "$@"\n`, { mode: 0o755 });
  return path;
}

describe.skipIf(process.platform === "win32")("the engine cli", () => {
  const bin = join(tmpdir(), `turnpike-claude-${process.pid}`);
  beforeAll(async () => {
    await makeClaude(bin, NOISE);
    return () => rm(bin, { recursive: true, force: true });
  });
  const shared = shareTurnpike({
    flags: { engine: "cli", "claude.executable": undefined },
    environment: { PATH: `${bin}:${process.env["PATH"]}` },
  });

  test("starts the claude in PATH, whatever else is said on its pipes, and keeps it hot", async () => {
    const turnpike = shared();
    const { upstream } = turnpike;
    upstream.respondWith([text("One."), text("Two.")]);
    const model = "claude-code";
    const first = await ask(turnpike, [system("Be brief."), user("first")], { model });
    expect(first).toMatchObject({ text: "One.", placement: "cold" });
    const messages = [system("Be brief."), user("first"), assistant("One."), user("second")];
    expect(await ask(turnpike, messages, { model })).toMatchObject({ text: "Two.", placement: "hot" });
    expect(turnpike.health().engine).toMatchObject({ name: "cli", isLoggedIn: true });
    const processId = await processIdOf(turnpike, first.conversation);
    const used = (await claudeProcesses()).find((each) => each.processId === processId);
    expect(used?.commandLine.split("\0")).toEqual(
      expect.arrayContaining(["-p", "--input-format=stream-json", "--include-partial-messages"]),
    );
  });

  test("puts nothing of a client's on its command line or in its environment", async () => {
    const turnpike = shared();
    const { upstream } = turnpike;
    upstream.respondWith([
      reply({ blocks: [textBlock("SECRET-ANSWER"), toolUse("look", { at: "SECRET-ARGUMENT" })] }),
    ]);
    const look = {
      type: "function",
      function: {
        name: "look",
        description: "SECRET-DESCRIPTION",
        parameters: { type: "object", properties: { SECRET_FIELD: { type: "string" } } },
      },
    } as const;
    const history = [user("SECRET-QUESTION"), assistant("SECRET-HISTORY")];
    const messages = [system("SECRET-SYSTEM"), ...history, user("SECRET-PROMPT")];
    await ask(turnpike, messages, { tools: [look] });
    upstream.respondWith([text("SECRET-ANSWER")]);
    const { conversation } = await ask(turnpike, messages, { model: "claude-code" });
    const processIds = await runningProcessIds();
    expect(processIds).toContain(await processIdOf(turnpike, conversation));
    const seen = await Promise.all(
      processIds.flatMap((id) =>
        ["cmdline", "environ"].map((name) => readFile(`/proc/${id}/${name}`, "utf8")),
      ),
    );
    expect(seen.join("\n")).toContain("stream-json");
    expect(seen.join("\n")).not.toContain("SECRET");
  });

  test("ends a turn whose process is killed, in the words of any engine, and resumes the conversation", async () => {
    const turnpike = shared();
    const { upstream } = turnpike;
    upstream.respondWith([text("Noted.")]);
    const noted = { conversation: "killed" };
    await ask(turnpike, "remember 17", noted);
    const gate = new Gate();
    upstream.respondWith([reply({ blocks: [textBlock("", { chunks: ["Sev", gate, "enteen"] })] })]);
    const failing = turnpike.post(
      { model: "sonnet", messages: [user("which number?")] },
      { "x-conversation-id": "killed" },
    );
    await gate.reached;
    process.kill((await processIdOf(turnpike, "killed")) ?? 0, "SIGKILL");
    const failed = await failing;
    expect(failed.status).toBeGreaterThanOrEqual(500);
    const body = await failed.text();
    expect(body).toContain("Claude Code ended unexpectedly");
    expect(body).not.toMatch(/SECRET|SIGKILL|\/tmp/);
    upstream.respondWith([text("Seventeen.")]);
    expect(await ask(turnpike, "which number?", noted)).toMatchObject({
      text: "Seventeen.",
      placement: "resumed",
    });
  });
});

/** What a server without a usable claude says at its start. */
async function whyNotStarted(executable: string | undefined): Promise<readonly string[]> {
  const folder = await makeFolder();
  const error: unknown = await startTurnpike({
    flags: { engine: "cli", "claude.executable": executable },
    // Nothing else is in this PATH; places outside of it may have one on somebody's machine.
    environment: { PATH: folder, HOME: folder },
  }).catch((thrown: unknown) => thrown);
  return error instanceof ConfigError ? error.problems : [String(error)];
}

test("a claude that does not start or is too old stops the server at its start, with what to do", async () => {
  const folder = await makeFolder();
  const old = join(folder, "claude");
  await writeFile(old, "#!/bin/sh\necho '1.0.128 (Claude Code)'\n", { mode: 0o755 });
  const [tooOld] = await whyNotStarted(old);
  expect(tooOld).toMatch(
    new RegExp(
      `claude is Claude Code 1\\.0\\.128; the engine cli needs ${OLDEST_VERSION} or newer.*claude update`,
    ),
  );
  await writeFile(old, "#!/bin/sh\nexit 3\n");
  const [broken] = await whyNotStarted(old);
  expect(broken).toMatch(
    /cannot be started \(asked for its version, it ends with code 3\)\. Install it .*--engine sdk/,
  );
});

test("a claude that is gone is told by the health, what is hot goes on, and all is well when it is back", async () => {
  const executable = await makeClaude(await makeFolder());
  const turnpike = await startTurnpike({ flags: { engine: "cli", "claude.executable": executable } });
  turnpike.upstream.respondWith(() => text("Here."));
  const model = "claude-code";
  const hot = [user("first")];
  expect((await ask(turnpike, hot, { model })).text).toBe("Here.");
  await rename(executable, `${executable}.away`);
  const refused = await turnpike.post({ model, messages: [user("another")] });
  expect(refused.status, await refused.clone().text()).toBe(502);
  expect(await refused.text()).not.toContain(executable);
  const health = await turnpike.until(({ status }) => status === "not-ready");
  expect(health.problem).toContain("Claude Code could not be started");
  const more = [...hot, assistant("Here."), user("second")];
  expect(await ask(turnpike, more, { model })).toMatchObject({ text: "Here.", placement: "hot" });
  await rename(`${executable}.away`, executable);
  expect((await ask(turnpike, [user("a third")], { model })).text).toBe("Here.");
  expect(turnpike.health().status).toBe("ready");
});

test("a profile may run on the installed claude beside those of the Agent SDK", async () => {
  const folder = await makeFolder();
  const executable = await makeClaude(folder);
  const turnpike = await startTurnpike({
    flags: { engine: "sdk", "claude.executable": executable },
    configFile: {
      profiles: {
        installed: {
          engine: "cli",
          model: "sonnet",
          systemPrompt: "client",
          builtinTools: "off",
          permissionMode: "dontAsk",
          settingSources: [],
        },
      },
    },
  });
  turnpike.upstream.respondWith([text("By the SDK."), text("By the program.")]);
  expect((await ask(turnpike, "hello")).text).toBe("By the SDK.");
  expect((await ask(turnpike, "hello", { model: "installed" })).text).toBe("By the program.");
  expect(turnpike.health().engines?.map(({ name, status }) => [name, status])).toEqual([
    ["sdk", "ready"],
    ["cli", "ready"],
  ]);
});

test("the doctor says which claude it is and whether it is new enough", async () => {
  const folder = await makeFolder();
  const upstream = await startUpstream();
  const path = await makeClaude(join(folder, ".local", "bin"), "echo Welcome");
  const examine = async () => {
    const environment = { PATH: "/usr/bin:/bin", TURNPIKE_ENGINE: "cli", TURNPIKE_CLAUDE: "" };
    const doctor = runTurnpike(["doctor"], { folder, upstream, environment });
    const { code } = await doctor.finished;
    return { code, lines: doctor.stdout.replaceAll(/\s+/g, " ") };
  };
  const well = await examine();
  expect(well.lines).toMatch(
    new RegExp(`ok Claude Code \\d+\\.\\d+\\.\\d+ \\(Claude Code\\), ${path}; the engine cli needs`),
  );
  expect(well.lines).toMatch(/ok Login ANTHROPIC_API_KEY; \d+ models/);
  expect(well.code).toBe(0);
  await writeFile(path, "#!/bin/sh\necho '1.0.128 (Claude Code)'\n");
  const old = await examine();
  expect(old.lines).toMatch(/fail Claude Code \S+ is Claude Code 1\.0\.128; .* -> Update it/);
  expect(old.code).toBe(1);
});
