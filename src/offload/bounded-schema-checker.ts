import { createHash } from "node:crypto";

import { AppError } from "../core/words/app-error.ts";
import type { JsonObject } from "../core/words/client-tool.ts";
import type { PrincipalId } from "../core/words/ids.ts";
import type { JsonCheckResult, SchemaChecker } from "../core/ports/schema-checker.ts";
import { RecentMap } from "../lib/recent-map.ts";
import { TaskError } from "../lib/task-error.ts";
import type { TaskProcesses } from "../lib/task-processes.ts";
import type { OffloadResult, OffloadTask } from "./offload-task.ts";

/** A schema of this length takes a second or two to compile. */
const MAX_SCHEMA_LENGTH = 128 * 1024;
/** Time limit for compiling a schema, and for one check. */
const LIMIT_MS = 3_000;

/** Agents send the same schemas with every request. */
const MAX_KNOWN = 1_000;

/** Checks in processes that are killed when they take too long. */
export class BoundedSchemaChecker implements SchemaChecker {
  readonly #processes: TaskProcesses<OffloadTask, OffloadResult>;
  /** Digests of the most recently used schemas that were found usable. */
  readonly #usable = new RecentMap<string, true>(MAX_KNOWN);

  constructor(processes: TaskProcesses<OffloadTask, OffloadResult>) {
    this.#processes = processes;
  }

  async findProblem(
    client: PrincipalId,
    given: JsonObject,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const schema = JSON.stringify(given);
    if (schema.length > MAX_SCHEMA_LENGTH) return tooLarge(schema.length);
    const key = createHash("sha256").update(schema).digest("base64");
    if (this.#usable.get(key)) return undefined;
    try {
      const done = await this.#run(client, { type: "compile", schema }, signal);
      if (done.type !== "compiled") throw new Error(`A process answered with ${done.type}.`);
      if (done.problem === undefined) this.#usable.set(key, true);
      return done.problem;
    } catch (error) {
      return problemOf(error);
    }
  }

  async check(
    client: PrincipalId,
    given: JsonObject,
    text: string,
    signal: AbortSignal,
  ): Promise<JsonCheckResult> {
    const schema = JSON.stringify(given);
    if (schema.length > MAX_SCHEMA_LENGTH) return { type: "unchecked", problem: tooLarge(schema.length) };
    try {
      const done = await this.#run(client, { type: "check", schema, text }, signal);
      if (done.type !== "checked") throw new Error(`A process answered with ${done.type}.`);
      return done.result;
    } catch (error) {
      const problem = signal.aborted ? "nobody wants to know any more" : problemOf(error);
      return { type: "unchecked", problem };
    }
  }

  #run(client: PrincipalId, task: OffloadTask, signal: AbortSignal): Promise<OffloadResult> {
    return this.#processes.run(task, { client, limitMs: LIMIT_MS }, signal);
  }
}

function tooLarge(length: number): string {
  return `the schema is too large. Expected at most ${MAX_SCHEMA_LENGTH} characters, but got ${length} instead.`;
}

/** Problems that are the schema's fault; all other errors are thrown. */
function problemOf(error: unknown): string {
  if (!(error instanceof TaskError)) throw error;
  switch (error.failure) {
    case "too-slow":
      return `checking against the schema takes longer than ${LIMIT_MS / 1000} seconds. Make it simpler, and its patterns without lookaround and backreferences.`;
    case "too-large":
      return "checking against the schema takes too much memory. Make it simpler.";
    case "refused":
      throw new AppError(
        {
          kind: "queue-full",
          message: "Too much of this client's waits to be checked. Try again later.",
          retryAfterMs: 1_000,
        },
        { cause: error },
      );
    case "closed":
      throw new AppError({ kind: "shutting-down", message: "The server is stopping." }, { cause: error });
    case "broken":
      throw error;
  }
}
