import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { inject } from "vitest";

import type { EngineAccount } from "../../src/core/ports/engine.ts";
import { ClaudeEngine, type ClaudeEngineOptions } from "../../src/engines/claude/claude-engine.ts";
import type { ClaudeLauncher } from "../../src/engines/claude/claude-launcher.ts";
import { SdkLauncher } from "../../src/engines/sdk/sdk-launcher.ts";

/**
 * The product's engine, but for one thing: a process is asked about an account only once in a run of the tests. It costs as
 * much as one that answers, every server starts one, and what it tells of a login depends on nothing but the credentials
 * and the person's own settings, which these servers do not have.
 */
export function createFamiliarEngine(options: ClaudeEngineOptions): ClaudeEngine {
  const launcher = new SdkLauncher(options, options.logger);
  const file = fileOf(options);
  return new ClaudeEngine(options, file === undefined ? launcher : askingOnce(launcher, file));
}

function askingOnce(launcher: SdkLauncher, file: string): ClaudeLauncher {
  return {
    name: launcher.name,
    capabilities: launcher.capabilities,
    start: (opening, signal) => launcher.start(opening, signal),
    startAtPipe: (...asked) => launcher.startAtPipe(...asked),
    startWorker: (...asked) => launcher.startWorker(...asked),
    startAhead: (...asked) => launcher.startAhead(...asked),
    close: () => launcher.close(),
    describeAccount: async (signal) => {
      // Proof for the cast: written below.
      if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as EngineAccount;
      const account = await launcher.describeAccount(signal);
      // Without a login it is asked again.
      if (!account.isLoggedIn) return account;
      // Other workers may write it, too.
      const draft = `${file}.${process.pid}`;
      writeFileSync(draft, JSON.stringify(account));
      renameSync(draft, file);
      return account;
    },
  };
}

/** Undefined where something besides the credentials may count. */
function fileOf({ environment, executable }: ClaudeEngineOptions): string | undefined {
  const settings = environment["CLAUDE_CONFIG_DIR"];
  if (executable !== undefined || settings === undefined || existsSync(settings)) return undefined;
  const credentials = Object.entries(environment)
    .filter(([name]) => /^(ANTHROPIC|CLAUDE_CODE|AWS|GOOGLE|AZURE)_/.test(name))
    // Each test has an API of its own.
    .map(([name, value]) => [name, name === "ANTHROPIC_BASE_URL" ? "somewhere" : value])
    .toSorted();
  return join(
    inject("knownAccounts"),
    createHash("sha256").update(JSON.stringify(credentials)).digest("hex"),
  );
}
