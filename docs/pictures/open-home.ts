import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";

import { type RunOptions, TerminalRun } from "./terminal-run.ts";

/** The home of the person in the pictures, with a project. Short, so that lines break where they would in `/home/ada`. */
export interface Home {
  readonly folder: string;
  readonly project: string;
  /** Its `config.yaml`, where one is written. */
  readonly configFile: string;
  /** `turnpike` on a terminal, in the project. It ends, at the latest, when the home is closed. */
  run(args: readonly string[], options?: RunOptions): TerminalRun;
  close(): Promise<void>;
}

export async function openHome(): Promise<Home> {
  const folder = mkdtempSync("/tmp/a");
  const project = join(folder, "my-project");
  const dataFolder = join(folder, ".local", "share", "turnpike");
  mkdirSync(project);
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const runs: TerminalRun[] = [];
  return {
    folder,
    project,
    configFile: join(dataFolder, "config.yaml"),
    run(args, options = {}) {
      const run = new TerminalRun(args, { folder, project }, options);
      runs.push(run);
      return run;
    },
    async close() {
      for (const run of runs) await run.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
