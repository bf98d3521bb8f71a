import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { FakeContext } from "../../test/cli/fake-context.ts";
import { ownCommand } from "./own-command.ts";
import { createProgram } from "./program.ts";
import { runProgram } from "./turnpike.ts";

const SOURCE = join(import.meta.dirname, "..");

const machine = {
  platform: "linux",
  homeDir: "/home/ada",
  currentDir: "/srv",
  cores: 2,
  memoryBytes: 1,
} as const;

test.each([
  { environment: {}, dataDir: "/home/ada/.local/share/turnpike", command: "turnpike status" },
  { environment: {}, dataDir: "/data", command: "turnpike status --data-dir /data" },
  { environment: {}, dataDir: "/my data", command: "turnpike status --data-dir '/my data'" },
  {
    environment: { npm_lifecycle_event: "start" },
    dataDir: "/data",
    command: "npm start -- status --data-dir /data",
  },
  {
    environment: { npm_lifecycle_event: "test" },
    dataDir: "/data",
    command: "turnpike status --data-dir /data",
  },
])("$command", ({ environment, dataDir, command }) => {
  expect(ownCommand("status", { dataDir }, { environment, machine })).toBe(command);
});

/** Places whose reader sits elsewhere than where the server was started, or that stand for the installed program. */
const OF_THE_PRODUCT =
  /^(http\/admin\/(require-role|server-views)|http\/dashboard\/not-built-page|service\/people\/sign-in-throttle|config\/schema\/[\w-]+|cli\/help-text|cli\/completion\/[\w-]+|cli\/commands\/add-completion)\.ts$/;

test("no other text of the program calls it by a name that may not be there", () => {
  const names = createProgram(new FakeContext("/").context, () => {}).commands.map((command) =>
    command.name(),
  );
  const call = new RegExp(`(?<![\\w=])turnpike (${names.join("|")}|--\\w)`);
  expect("End it with turnpike stop --now.").toMatch(call);
  const found = readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
    .filter((file) => /(?<!\.test)\.ts$/.test(file) && !OF_THE_PRODUCT.test(file))
    .flatMap((file) =>
      readFileSync(join(SOURCE, file), "utf8")
        .split("\n")
        .filter((line) => !/^\s*(\/\/|\/?\*)/.test(line) && call.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
  expect(found).toEqual([]);
});

test.each([
  ["keys list", "npm start -- keys create NAME --data-dir "],
  ["keys revoke nobody", "npm start -- keys list --data-dir "],
  ["users list", "npm start -- users invite NAME --role admin --data-dir "],
  ["users link nobody", "npm start -- users list --data-dir "],
  ["conversations show nobody", "npm start -- conversations --data-dir "],
  ["runs", "npm start -- start --data-dir "],
  ["tail", "npm start -- start --data-dir "],
  ["logs", "npm start -- start --data-dir "],
  ["restart", "npm start -- start --data-dir "],
  ["chat", 'npm start -- chat "Your question"'],
  ["connect", "npm start -- connect <client>"],
  ["connect nobody", "`npm start -- connect shell`"],
  ["stopp", "npm start -- --help"],
  ["--help", "here `turnpike` is called `npm start --`"],
])("in a checkout, `%s` names what works there", async (line, hint) => {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const fake = new FakeContext(folder);
  fake.environment = { npm_lifecycle_event: "start", TURNPIKE_DATA_DIR: join(folder, "my data") };
  await runProgram(line.split(" "), fake.context);
  expect([...fake.printed, ...fake.errors].join("\n")).toContain(hint);
});
