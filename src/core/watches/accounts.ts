import type { Clock } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";
import type { Engines } from "../ports/engines.ts";
import type { Logger } from "../ports/logger.ts";
import type { TurnRunner } from "../ports/turn-runner.ts";
import { AccountWatch } from "./account-watch.ts";

/** The accounts of all engines, each watched separately: an engine without a login does not block the turns of others. */
export class Accounts {
  readonly #watches: ReadonlyMap<string, AccountWatch>;

  constructor(
    engines: Engines,
    parts: { readonly clock: Clock; readonly logger: Logger; readonly onReady: (engine: Engine) => void },
  ) {
    const { clock, logger, onReady } = parts;
    const watches = engines.all.map((engine): [string, AccountWatch] => [
      engine.name,
      new AccountWatch({ engine, clock, logger, onReady: () => onReady(engine) }),
    ]);
    this.#watches = new Map(watches);
  }

  /** By engine name, in the order in which the engines were given. */
  get all(): readonly (readonly [string, AccountWatch])[] {
    return [...this.#watches];
  }

  /** The account of a profile's engine. */
  of({ engine }: { readonly engine: string }): AccountWatch {
    const watch = this.#watches.get(engine);
    if (!watch) throw new Error(`There is no engine '${engine}'.`);
    return watch;
  }

  /** Wraps `run` to learn from its turns what the API says about the account of each turn's engine. */
  listen(run: TurnRunner): TurnRunner {
    const listening = new Map(this.all.map(([name, watch]) => [name, watch.listen(run)]));
    return (request, signal) => (listening.get(request.target.profile.engine) ?? run)(request, signal);
  }

  /** Checks all engines again, in the background. */
  check(): void {
    for (const watch of this.#watches.values()) void watch.check();
  }

  close(): void {
    for (const watch of this.#watches.values()) watch.close();
  }
}
