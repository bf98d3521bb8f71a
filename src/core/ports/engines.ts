import type { Engine } from "./engine.ts";

/** The engines of one server. Each profile names the one that runs its turns. */
export class Engines {
  readonly #engines: ReadonlyMap<string, Engine>;

  constructor(engines: readonly Engine[]) {
    this.#engines = new Map(engines.map((engine) => [engine.name, engine]));
  }

  get all(): readonly Engine[] {
    return [...this.#engines.values()];
  }

  /**
   * The engine of a profile, or of a kind of process.
   * @throws Error when there is none with that name, which checking the configuration has ruled out
   */
  of(named: { readonly engine: string }): Engine {
    const engine = this.#engines.get(named.engine);
    if (!engine) throw new Error(`There is no engine '${named.engine}'.`);
    return engine;
  }
}
