import { abortable } from "../../lib/abortable.ts";
import { AppError } from "../words/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { Engine, EngineAccount } from "../ports/engine.ts";
import type { Logger } from "../ports/logger.ts";
import type { TurnRunner } from "../ports/turn-runner.ts";
import type { TurnEvent } from "../words/turn-event.ts";
import { schedule } from "../../lib/time.ts";
import type { Stage } from "../../lib/stage.ts";
import { through } from "../../lib/staged-stream.ts";

/** While something is missing, requests trigger a new check, but not more often than this. */
const RECHECK_AFTER_MS = 5_000;

/** How long a failure counts if no turn since has shown otherwise. */
const TROUBLE_MS = 60_000;
/** Variables by which a profile uses its own account. */
const OWN_ACCOUNT = /^(ANTHROPIC_|CLAUDE_CODE_(OAUTH_TOKEN|USE_)|AWS_)/;

/** Whether a profile with these variables uses an account of its own. */
export function hasOwnAccount(environment: Readonly<Record<string, string>>): boolean {
  return Object.keys(environment).some((name) => OWN_ACCOUNT.test(name));
}

const HOW_TO_LOG_IN =
  "Claude Code is not logged in. Set ANTHROPIC_API_KEY (or CLAUDE_CODE_OAUTH_TOKEN, or your cloud provider's variables) " +
  "for the server and restart it, or run `claude` on the server's machine and log in. With --demo a scripted model answers, without an account.";

export type AccountState =
  | { readonly type: "unknown" }
  | { readonly type: "ready"; readonly account: EngineAccount }
  | { readonly type: "not-logged-in"; readonly account: EngineAccount; readonly problem: string }
  | { readonly type: "failed"; readonly problem: string };

const howToRenew = (source: string) =>
  `The model's API refuses the credentials that Claude Code uses (${source}). Set others for the server and restart it, or log ` +
  "in anew with `claude` on the server's machine. Turns are tried all the same.";

const CANNOT_START = "Claude Code could not be started on the server. The server's log says why.";

export interface AccountWatchParts {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called whenever a check finds credentials. */
  readonly onReady?: () => void;
}

/** Knows whether Claude Code has credentials, and which models the account has. */
export class AccountWatch {
  readonly #parts: AccountWatchParts;
  readonly #closed = new AbortController();
  #state: AccountState = { type: "unknown" };
  #check: Promise<AccountState> | undefined;
  #checkedAt = 0;
  #isTrying = false;
  #triedAt = Number.NEGATIVE_INFINITY;
  #nextTry: { cancel(): void } | undefined;
  #troubled: { readonly problem: string; readonly at: number } | undefined;

  constructor(parts: AccountWatchParts) {
    this.#parts = parts;
  }

  get state(): AccountState {
    return this.#state;
  }

  /** Why new turns are likely to fail although there was a login; undefined when the last one went well, or none was lately. */
  get trouble(): string | undefined {
    if (this.#state.type !== "ready" || !this.#troubled) return undefined;
    if (this.#parts.clock() - this.#troubled.at > TROUBLE_MS) return undefined;
    return this.#troubled.problem;
  }

  /** Wraps `run` to learn from its turns what the API says about the account. */
  listen(run: TurnRunner): TurnRunner {
    const ear: Stage<TurnEvent, TurnEvent> = {
      of: (event) => {
        this.#hear(event);
        return [event];
      },
    };
    return (request, signal) => {
      const events = run(request, signal);
      return hasOwnAccount(request.target.profile.environment) ? events : through(events, ear);
    };
  }

  /** Asks Claude Code again; concurrent callers share one check. Never rejects. */
  check(): Promise<AccountState> {
    this.#check ??= this.#look().finally(() => {
      this.#check = undefined;
    });
    return this.#check;
  }

  /** @throws AppError `not-logged-in` or `engine-failed` when turns cannot run */
  async requireLogin(signal: AbortSignal): Promise<void> {
    if (this.#state.type === "ready") return;
    const isStale = this.#parts.clock() - this.#checkedAt >= RECHECK_AFTER_MS;
    const state = this.#check || isStale ? await abortable(this.check(), signal) : this.#state;
    if (state.type === "not-logged-in") throw new AppError({ kind: "not-logged-in", message: state.problem });
    if (state.type === "failed") throw new AppError({ kind: "engine-failed", message: state.problem });
  }

  close(): void {
    this.#nextTry?.cancel();
    this.#closed.abort(new Error("The server stops."));
  }

  #hear(event: TurnEvent): void {
    if (event.type === "turn-end") this.#troubled = undefined;
    if (event.type !== "turn-error" || this.#state.type !== "ready") return;
    if (event.error.kind === "upstream-authentication") {
      this.#note("account.refused", howToRenew(this.#state.account.source));
    }
    if (event.error.kind === "engine-failed") this.#tryStart();
  }

  #note(event: string, problem: string): void {
    const isNews = this.trouble !== problem;
    this.#troubled = { problem, at: this.#parts.clock() };
    if (isNews) this.#parts.logger.error(event, { problem });
  }

  /**
   * A process has failed: whether that is so for all, such as when its program is gone. What is hot goes on meanwhile. Of failures soon
   * after a try, one more try finds out.
   */
  #tryStart(): void {
    if (this.#nextTry) return;
    const early = this.#triedAt + RECHECK_AFTER_MS - this.#parts.clock();
    if (early <= 0 && !this.#isTrying) return void this.#tryNow();
    this.#nextTry = schedule(early > 0 ? early : RECHECK_AFTER_MS, () => {
      this.#nextTry = undefined;
      void this.#tryNow();
    });
  }

  async #tryNow(): Promise<void> {
    if (this.#isTrying) return;
    this.#isTrying = true;
    this.#triedAt = this.#parts.clock();
    try {
      await this.#parts.engine.describeAccount(this.#closed.signal);
    } catch {
      if (!this.#closed.signal.aborted)
        this.#note("account.cannot-start", `${CANNOT_START} Turns are tried all the same.`);
    } finally {
      this.#isTrying = false;
    }
  }

  async #look(): Promise<AccountState> {
    try {
      const account = await this.#parts.engine.describeAccount(this.#closed.signal);
      this.#state = account.isLoggedIn
        ? { type: "ready", account }
        : { type: "not-logged-in", account, problem: HOW_TO_LOG_IN };
      if (account.isLoggedIn) this.#parts.onReady?.();
    } catch (error) {
      if (!this.#closed.signal.aborted) this.#parts.logger.error("account.check-failed", { error });
      this.#state = {
        type: "failed",
        problem: CANNOT_START,
      };
    }
    this.#checkedAt = this.#parts.clock();
    return this.#state;
  }
}
