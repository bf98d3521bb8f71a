import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { FakeContext } from "../../../test/cli/fake-context.ts";
import { runProgram } from "../turnpike.ts";
import { waitFor } from "../../../test/wait-for.ts";

let folder: string;
let fake: FakeContext;
/** Becomes so by the program that is run. */
const isLoggedIn = () => existsSync(join(folder, "called-with"));
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-")));
  fake = new FakeContext(folder);
  const claude = join(folder, "claude");
  writeFileSync(claude, `#!/bin/sh\necho "$@" > ${folder}/called-with\n`);
  chmodSync(claude, 0o755);
  fake.doctorTools = {
    ...fake.doctorTools,
    findClaude: async () => ({ path: claude, version: "2.1.332 (Claude Code)" }),
    describeAccount: async () =>
      isLoggedIn()
        ? { isLoggedIn: true, source: "claude.ai", models: [] }
        : { isLoggedIn: false, source: "none", models: [] },
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

const shown = () => [...fake.printed, ...fake.errors].join("\n");
const calledWith = () => readFileSync(join(folder, "called-with"), "utf8").trim();

test.skipIf(process.platform === "win32")(
  "hands the terminal to Claude Code's own login, and tells what it found before and after",
  async () => {
    fake.isInteractive = true;
    expect(await runProgram(["login"], fake.context)).toBe(0);
    expect(calledWith()).toBe("auth login");
    expect(shown()).toMatch(/is not logged in\.[^]*is logged in: claude\.ai/);
  },
);

test.skipIf(process.platform === "win32")("who is logged in is asked first", async () => {
  fake.isInteractive = true;
  writeFileSync(join(folder, "called-with"), "earlier");
  const running = runProgram(["login"], fake.context);
  await waitFor(() => expect(fake.typed).toBeDefined());
  fake.typed?.push("n");
  expect(await running).toBe(0);
  expect(calledWith()).toBe("earlier");
});

test.skipIf(process.platform === "win32")("a token for another machine", async () => {
  fake.isInteractive = true;
  await runProgram(["login", "--token"], fake.context);
  expect(calledWith()).toBe("setup-token");
  expect(shown()).toContain("CLAUDE_CODE_OAUTH_TOKEN");
});

test("a variable that counts before a login is told", async () => {
  fake.isInteractive = true;
  fake.environment = { ANTHROPIC_API_KEY: "sk-ant-very-secret" };
  await runProgram(["login"], fake.context);
  expect(shown()).toContain("ANTHROPIC_API_KEY, which counts before a login");
  expect(shown()).not.toContain("very-secret");
});

test("without a terminal nothing is started, and it says what to do", async () => {
  expect(await runProgram(["login"], fake.context)).toBe(1);
  for (const word of ["ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN", "CLAUDE_CONFIG_DIR"]) {
    expect(shown()).toContain(word);
  }
  expect(isLoggedIn()).toBe(false);
});

test("for programs", async () => {
  expect(await runProgram(["login", "--json"], fake.context)).toBe(1);
  expect(JSON.parse(fake.printed.join("\n"))).toEqual({ loggedIn: false, source: "none", models: [] });
  writeFileSync(join(folder, "called-with"), "");
  fake.printed.length = 0;
  expect(await runProgram(["login", "--json"], fake.context)).toBe(0);
});
