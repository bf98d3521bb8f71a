import type { EngineModel } from "../../core/ports/engine.ts";
import type { ProcessKind } from "../../core/turn/process-kind.ts";

/** What decides which models the names stand for in a process. */
export type ModelSources = Pick<ProcessKind, "environment" | "settingSources">;

const LONG_CONTEXT = "[1m]";

/**
 * What Claude Code has told of the models behind its short names. Environment variables may give a short name another meaning,
 * and settings files may give one to `default`, so each kind of process has entries of its own.
 */
export class KnownModels {
  readonly #names = new Map<string, string>();

  /** The account's models, as told by a process without variables of its own. */
  learnAccount(models: readonly EngineModel[]): void {
    for (const { id, resolvedId } of models) {
      if (resolvedId !== undefined) this.#names.set(id, resolvedId);
    }
  }

  /**
   * Remembers the full id that this name stands for in such a process. A full id that stands for itself needs no entry, and clients
   * may name any number of them.
   */
  learn(name: string, sources: ModelSources, id: string): void {
    if (!isFullId(name)) this.#names.set(keyOf(name, sources), id);
  }

  /** The full id behind a name in such a process; undefined when no such process has told. */
  find(name: string, sources: ModelSources): string | undefined {
    if (isFullId(name)) return name;
    const own = this.#names.get(keyOf(name, sources));
    if (own !== undefined || name === "default" || Object.keys(sources.environment).length > 0) return own;
    return this.#ofAccount(name);
  }

  /** The same; otherwise what the name stands for elsewhere, or else the name itself. */
  guess(name: string, sources: ModelSources): string {
    return this.find(name, sources) ?? this.#ofAccount(name) ?? (isReplaced(name) ? "opus" : name);
  }

  #ofAccount(name: string): string | undefined {
    const known = this.#names.get(name);
    if (known !== undefined || !name.endsWith(LONG_CONTEXT)) return known;
    const base = this.#names.get(name.slice(0, -LONG_CONTEXT.length));
    return base === undefined || base.endsWith(LONG_CONTEXT) ? base : `${base}${LONG_CONTEXT}`;
  }
}

/** Ids of models that have ended, which Claude Code takes for the newest Opus unless a variable says otherwise. */
const REPLACED: ReadonlySet<string> = new Set([
  "claude-opus-4-0",
  "claude-opus-4-20250514",
  "claude-opus-4-1",
  "claude-opus-4-1-20250805",
]);

function isReplaced(name: string): boolean {
  return REPLACED.has(name.trim().toLowerCase().replace(LONG_CONTEXT, ""));
}

/** Nothing gives any other full id another meaning. */
function isFullId(name: string): boolean {
  return name.includes("claude-") && !isReplaced(name);
}

/** Settings files can only decide what `default` stands for. */
function keyOf(name: string, { environment, settingSources }: ModelSources): string {
  const variables = Object.entries(environment).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify([name, variables, name === "default" ? settingSources : []]);
}
