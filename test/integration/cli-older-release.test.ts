import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { beforeAll, describe, expect, test } from "vitest";

import { reply, text, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import { OLDEST_VERSION } from "../../src/engines/cli/require-claude.ts";
import { findBundled } from "../../src/engines/sdk/find-claude.ts";
import { toolNamesOf } from "../upstream/read-request.ts";
import { ask, assistant, user } from "./ask.ts";
import { expectErrorBody } from "./expect-error.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import type { Turnpike } from "./start-turnpike.ts";
import { askWithTools, resultsFor, WEATHER } from "./tool-chat.ts";

const MODEL = "claude-code";

/** The same request in each protocol, and where its error says what is wrong. */
const REQUESTS = [
  ["/v1/chat/completions", { messages: [user("the team")] }],
  ["/v1/responses", { input: "the team" }],
  ["/v1/messages", { messages: [user("the team")], max_tokens: 100 }],
] as const;

/** What a release that does not ask before the shell lines of commands answers when it is asked to run one. */
async function expectCommandsRefused({ fetch, upstream }: Turnpike): Promise<void> {
  const before = upstream.requests.length;
  for (const [path, words] of REQUESTS) {
    const response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: MODEL, ...words, claude: { command: "greet" } }),
    });
    const body = await response.json();
    expect(response.status, JSON.stringify(body)).toBe(400);
    const message =
      /has no commands: the engine 'cli' .* does not offer them\. The Claude Code .* is too old/;
    if (path === "/v1/messages") {
      const error = { type: "invalid_request_error", message: expect.stringMatching(message) };
      expect(body).toMatchObject({ type: "error", error });
    } else {
      expectErrorBody(body, { type: "invalid_request_error", code: null, param: "claude.command", message });
    }
  }
  expect(upstream.requests).toHaveLength(before);
}

async function writeCommand({ workspace }: Turnpike): Promise<void> {
  await mkdir(join(workspace, ".claude/commands"), { recursive: true });
  await writeFile(join(workspace, ".claude/commands/greet.md"), "Greet $ARGUMENTS: !`echo now`");
}

describe.skipIf(process.platform !== "linux")("a release that does not know all hooks", () => {
  const folder = join(tmpdir(), `turnpike-older-${process.pid}`);
  const claude = join(folder, "claude");
  beforeAll(async () => {
    await mkdir(folder);
    // It does not tell of this hook, as older ones do not.
    const lines = [
      "#!/bin/sh",
      `'${findBundled()}' "$@" | sed -u s/PreSkillShellCommand/SomethingElse/g`,
      "",
    ];
    await writeFile(claude, lines.join("\n"), { mode: 0o755 });
    return () => rm(folder, { recursive: true, force: true });
  });
  const shared = shareTurnpike({ flags: { engine: "cli", "claude.executable": claude }, isTrusted: true });

  test("refuses commands in words of each protocol, has no skills, and answers all else", async () => {
    const turnpike = shared();
    await writeCommand(turnpike);
    await expectCommandsRefused(turnpike);
    turnpike.upstream.respondWith(text("Hello."));
    expect((await ask(turnpike, "hello", { model: MODEL })).text).toBe("Hello.");
    const tools = toolNamesOf(await turnpike.upstream.waitForRequest(1));
    expect(tools).toContain("Bash");
    expect(tools).not.toContain("Skill");
  });
});

const WANTED = process.env["TURNPIKE_TEST_OLDEST"] === "1";

/** As a person has it who installs without root; found by npm's own setting of the prefix. */
describe.skipIf(!WANTED)(`Claude Code ${OLDEST_VERSION} from npm (TURNPIKE_TEST_OLDEST=1)`, () => {
  const home = join(tmpdir(), `turnpike-oldest-${process.pid}`);
  beforeAll(async () => {
    await mkdir(home);
    await writeFile(join(home, ".npmrc"), "prefix=~/by-npm\n");
    const args = ["install", "--global", "--prefix", join(home, "by-npm"), "--no-audit", "--no-fund"];
    await promisify(execFile)("npm", [...args, `@anthropic-ai/claude-code@${OLDEST_VERSION}`]);
    return () => rm(home, { recursive: true, force: true });
  }, 600_000);
  const shared = shareTurnpike({
    flags: { engine: "cli", "claude.executable": undefined },
    environment: { HOME: home, PATH: "/usr/bin:/bin" },
    isTrusted: true,
  });

  test("answers, stays hot, takes the client's tools and its own, and refuses commands", async () => {
    const turnpike = shared();
    const { upstream } = turnpike;
    await writeCommand(turnpike);
    upstream.respondWith([text("One."), text("Two.")]);
    expect(await ask(turnpike, "first")).toMatchObject({ text: "One.", placement: "cold" });
    const more = [user("first"), assistant("One."), user("second")];
    expect(await ask(turnpike, more)).toMatchObject({ text: "Two.", placement: "hot" });

    const question = [user("How warm is it?")];
    upstream.respondWith([reply({ blocks: [toolUse("get_weather", { city: "Rome" })] }), text("Warm.")]);
    const called = await askWithTools(turnpike, question, { tools: [WEATHER] });
    expect(called.calls.map((call) => call.function.name)).toEqual(["get_weather"]);
    const results = resultsFor(called.message, () => "18 degrees");
    const told = await askWithTools(turnpike, [...question, called.message, ...results], {
      tools: [WEATHER],
    });
    expect(told).toMatchObject({ text: "Warm.", placement: "hot" });
    expect(JSON.stringify(upstream.requests.at(-1)?.body.messages)).toContain("18 degrees");

    upstream.respondWith([
      reply({
        blocks: [textBlock("I look."), toolUse("Read", { file_path: join(turnpike.workspace, "a.txt") })],
      }),
      text("It says alpha."),
    ]);
    await writeFile(join(turnpike.workspace, "a.txt"), "alpha\n");
    expect((await ask(turnpike, "What does it say?", { model: MODEL })).text).toContain("It says alpha.");
    const last = upstream.requests.at(-1);
    expect(JSON.stringify(last?.body.messages)).toContain("alpha");
    expect(last && toolNamesOf(last)).not.toContain("Skill");
    await expectCommandsRefused(turnpike);
  });
});
