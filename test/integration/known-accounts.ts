import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder in which a run of the tests keeps what Claude Code has told of accounts. */
    knownAccounts: string;
  }
}

let folder: string | undefined;

/** Vitest calls it before the first test of a project. */
export function setup(project: TestProject): void {
  folder = mkdtempSync(join(tmpdir(), "turnpike-accounts-"));
  project.provide("knownAccounts", folder);
}

/** Vitest calls it after the last one. */
export function teardown(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
