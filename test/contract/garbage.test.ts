import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { expect, test } from "vitest";

import { processEnvironment } from "../../src/engines/claude/process-settings.ts";
import { CHAT_KIND } from "../engine/turn-fixtures.ts";
import { TEST_CLAUDE } from "../engine/test-engine.ts";
import { shareClaude } from "./share-claude.ts";

const claude = shareClaude();

/** How often the runtime began to collect garbage in a process that answers once. */
async function countCollections(variables: Readonly<Record<string, string>>): Promise<number> {
  const { environment, workspace } = claude();
  const settings = { environment: { ...environment, BUN_JSC_logGC: "1", ...variables }, upstreamRetries: 0 };
  const env = processEnvironment(CHAT_KIND, settings);
  const { stdout, stderr } = await promisify(execFile)(TEST_CLAUDE, ["--print", "hello", "--tools", ""], {
    cwd: workspace,
    env,
    maxBuffer: 64 * 1024 * 1024,
  });
  expect(stdout.trim()).not.toBe("");
  return stderr.match(/: START /g)?.length ?? 0;
}

// Undocumented: https://github.com/oven-sh/bun, GarbageCollectionController.
test("the runtime's timer for garbage is ours to set, and the operator's", async () => {
  const often = await countCollections({ BUN_GC_TIMER_INTERVAL: "20" });
  expect(often).toBeGreaterThan(await countCollections({}));
});
