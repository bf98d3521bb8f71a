import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";
import * as zod from "zod";

import { makeFolder } from "../integration/start-turnpike.ts";
import { describeProgram } from "./describe-program.ts";
import { findProgram } from "./find-program.ts";
import { runProgram } from "./run-program.ts";
import { startDeadEnd } from "./start-dead-end.ts";

const PACKAGES = {
  claude: "@anthropic-ai/claude-code",
  continue: "@continuedev/cli",
  codex: "@openai/codex",
  opencode: "opencode-linux-x64-baseline",
  qwen: "@qwen-code/qwen-code",
} as const;

const versionsSchema = zod.record(zod.string(), zod.string());
const manifestSchema = zod.looseObject({
  dependencies: versionsSchema,
  optionalDependencies: versionsSchema,
});

const manifest = manifestSchema.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, "programs", "package.json"), "utf8")),
);
const pinned = { ...manifest.dependencies, ...manifest.optionalDependencies };

test("a program that is not installed is missing, and the reason says how to install it", async () => {
  expect(findProgram("codex", await makeFolder())).toEqual({
    type: "missing",
    reason: expect.stringContaining("npm ci --prefix test/clients/programs"),
  });
});

for (const name of ["opencode", "continue", "codex", "claude", "qwen"] as const) {
  describeProgram(name, ({ command, args }) => {
    test("starts in the pinned version", async () => {
      const internet = await startDeadEnd();
      const [home, folder] = [await makeFolder(), await makeFolder()];
      const environment = { HOME: home, ...internet.environment };
      const end = await runProgram(command, [...args, "--version"], { folder, environment });
      expect(end, end.stderr).toMatchObject({ code: 0, signal: null });
      expect(end.stdout.trim().split(/\s+/)).toContain(pinned[PACKAGES[name]]);
    });
  });
}
