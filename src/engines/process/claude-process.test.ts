import { expect, test } from "vitest";

import { SILENT_LOGGER } from "../../core/ports/logger.ts";
import { ClaudeProcess } from "./claude-process.ts";
import { OrphanSweeper } from "./orphan-sweeper.ts";
import { ProcessGuardian } from "./process-guardian.ts";

test("a program that is gone is named for the log", async () => {
  const guardian = new ProcessGuardian();
  const sweeper = new OrphanSweeper(SILENT_LOGGER);
  const request = { command: "/nowhere/claude", args: ["-p"], env: {} };
  const claude = new ClaudeProcess(request, { guardian, sweeper });
  expect(await claude.exited).toEqual({ code: null, signal: null });
  expect(claude.errorOutput).toBe("spawn /nowhere/claude ENOENT");
  await claude.terminate();
  guardian.close();
});
