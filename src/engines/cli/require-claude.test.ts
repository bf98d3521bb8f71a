import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { isOlderVersion } from "../../lib/is-older-version.ts";
import { OLDEST_VERSION, requireClaude } from "./require-claude.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "turnpike-require-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const ask = (executable?: string) => requireClaude(executable, { HOME: folder, PATH: folder });

describe.skipIf(process.platform === "win32")("the installed claude", () => {
  test("is taken when it is new enough, be it a script that npm has linked", async () => {
    const script = join(folder, "cli.js");
    // There is no node in PATH.
    writeFileSync(script, `console.log("${OLDEST_VERSION} (Claude Code)")`);
    chmodSync(script, 0o755);
    const path = join(folder, "claude");
    symlinkSync(script, path);
    expect(await ask()).toEqual({ path, version: `${OLDEST_VERSION} (Claude Code)` });
  });

  test("that is too old, or does not start, is refused with what to do", async () => {
    const path = join(folder, "claude");
    writeFileSync(path, "#!/bin/sh\necho '1.0.128 (Claude Code)'\n", { mode: 0o755 });
    await expect(ask()).rejects.toMatchObject({
      name: "EngineUnavailable",
      problem: `${path} is Claude Code 1.0.128; the engine cli needs ${OLDEST_VERSION} or newer.`,
      remedy: expect.stringMatching(/claude update.*--claude.*--engine sdk/),
    });
    writeFileSync(path, "#!/bin/sh\nexit 3\n");
    await expect(ask()).rejects.toMatchObject({
      problem: `${path} cannot be started (asked for its version, it ends with code 3).`,
    });
    writeFileSync(path, "#!/bin/sh\necho 'claude 3.2 (something else)'\n");
    await expect(ask()).rejects.toMatchObject({
      problem: `${path} is no Claude Code: asked for its version, it says "claude 3.2 (something else)".`,
      remedy: expect.stringContaining("npm install -g @anthropic-ai/claude-code"),
    });
    await expect(ask("/no/such/claude")).rejects.toMatchObject({
      name: "EngineUnavailable",
      problem: "/no/such/claude cannot be started (ENOENT).",
      remedy: expect.stringContaining("npm install -g @anthropic-ai/claude-code"),
    });
  });
});

test("the oldest version stands in the docs", () => {
  const docs = readFileSync(join(import.meta.dirname, "../../../docs/operations.md"), "utf8");
  expect(docs).toContain(`Claude Code ${OLDEST_VERSION} or newer`);
});

test.each([
  ["1.0.128 (Claude Code)", true],
  ["2.0.999", true],
  ["2.1.9 (Claude Code)", true],
  ["2.1.10 (Claude Code)", false],
  ["2.1.11", false],
  ["2.2.0", false],
  ["3.0.0 (Claude Code)", false],
  ["somebody's own build", false],
])("%s is older than 2.1.10: %s", (version, expected) => {
  expect(isOlderVersion(version, "2.1.10")).toBe(expected);
});
