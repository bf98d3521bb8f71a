import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { onTestFinished } from "vitest";

import { ControlClient } from "../../src/cli/daemon/control-client.ts";
import { findControlAddress } from "../../src/config/data-folder/control-address.ts";
import type { RunListBody } from "../../src/protocols/admin/format-run.ts";
import type { StatusBody } from "../../src/protocols/admin/format-status.ts";
import { delay } from "../../src/lib/time.ts";
import { canFindProcesses, findProcesses } from "./find-processes.ts";
import { type RunOptions, runTurnpike, type TurnpikeProcess } from "./run-turnpike.ts";
import { API_KEY } from "./start-turnpike.ts";

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The commands about a server in the background, in a folder of the test's own. The server ends with the test. */
export class Daemon {
  readonly folder: string;
  readonly #options: RunOptions;

  constructor(options: RunOptions) {
    this.folder = options.folder;
    const environment = { TURNPIKE_PORT: "0", TURNPIKE_MAX_SPARES: "0", ...options.environment };
    this.#options = { ...options, environment };
    onTestFinished(() => this.#end());
  }

  get dataDir(): string {
    return this.#options.environment?.["TURNPIKE_DATA_DIR"] ?? join(this.folder, "data");
  }

  /** Begins a command, such as one that follows something. */
  begin(...args: readonly string[]): TurnpikeProcess {
    return runTurnpike(args, this.#options);
  }

  async run(...args: readonly string[]): Promise<Ran> {
    const command = this.begin(...args);
    const { code } = await command.finished;
    return { code, stdout: command.stdout, stderr: command.stderr };
  }

  /** Runs a command that must succeed, and returns what it prints as JSON. */
  async json<Body>(...args: readonly string[]): Promise<Body> {
    const { code, stdout, stderr } = await this.run(...args, "--json");
    if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${stderr}${stdout}`);
    // Proof for the cast: the test names the shape and looks at it.
    return JSON.parse(stdout) as Body;
  }

  /** What its server says, without starting a command: that takes a second of the processor each time. */
  status(): Promise<StatusBody> {
    return this.#control.get<StatusBody>("/admin/api/status");
  }

  async runs(): Promise<RunListBody["data"]> {
    return (await this.#control.get<RunListBody>("/admin/api/runs")).data;
  }

  get #control(): ControlClient {
    return new ControlClient(findControlAddress(this.dataDir) ?? "");
  }

  ask(url: string, path: string, body: object, key = API_KEY): Promise<Response> {
    return fetch(`${url}${path}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        "user-agent": "tester/1.0",
      },
      body: JSON.stringify(body),
    });
  }

  readLog(): Promise<string> {
    return readFile(join(this.dataDir, "server.log"), "utf8");
  }

  /** What the test has left running: found by its folder, which stands in the environment of its processes. */
  async #end(): Promise<void> {
    if (!canFindProcesses) return void (await this.run("stop", "--now"));
    for (const { processId, command } of await findProcesses(this.folder)) {
      if (command.startsWith("turnpike")) process.kill(processId, "SIGKILL");
    }
    // The guardian ends Claude Code.
    while ((await findProcesses(this.folder)).length > 0) await delay(20);
  }
}
