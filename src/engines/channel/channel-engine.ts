import type {
  Engine,
  EngineAccount,
  EngineCapabilities,
  EngineHooks,
  EngineState,
} from "../../core/ports/engine.ts";
import type { EngineSession, ProcessExit, SessionStart } from "../../core/ports/engine-session.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { PermissionAnswer } from "../../core/ports/turn-supervisor.ts";
import { AppError } from "../../core/words/app-error.ts";
import { sha256 } from "../../lib/sha256.ts";
import { ChannelDesk } from "./channel-desk.ts";
import { ChannelServer } from "./channel-server.ts";
import { ChannelSession } from "./channel-session.ts";
import { chooseTransport } from "./choose-transport.ts";
import type { TransportChoice } from "../../core/words/channel-transport.ts";
import type { EventTransport } from "./event-transport.ts";
import { readHookEvent } from "./hook-event.ts";
import type { InboxAddress } from "./inbox-transport.ts";
import { toTextEntries } from "./render-event.ts";

export interface ChannelOptions {
  readonly transport: TransportChoice;
  /** The session's inbox, where Claude Code has told one. */
  readonly inbox?: InboxAddress;
  /** Claude Code's name of the session. */
  readonly session?: string;
  /** How long one request may take. */
  readonly timeoutMs: number;
  /** What hooks of Claude Code send to prove themselves. */
  readonly hookSecret: string;
  /** A secret of this process, by which a later one recognises it. */
  readonly nonce: string;
  readonly version: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

const RETRY_AFTER_MS = 2_000;
const NOT_READY =
  "The Claude Code session has not asked for the tools of its server 'turnpike' yet. Try again in a moment.";
const NO_INBOX =
  "The inbox of the Claude Code session cannot be reached (--transport inbox). Use Claude Code 2.1.224 or newer, or another transport.";

/**
 * Answers with the Claude Code that has started this process: a session that a person has open. It has one conversation, one model
 * and tools of its own, and nothing of it can be set from here; so what a request may ask for otherwise is refused.
 */
export class ChannelEngine implements Engine {
  readonly name = "channel";
  readonly toTranscript = toTextEntries;
  readonly capabilities: EngineCapabilities = {
    clientTools: false,
    builtinTools: true,
    requestedServers: false,
    commands: false,
    models: false,
    sampling: false,
    outputFormats: false,
    media: false,
  };
  readonly hooks: EngineHooks;
  readonly server: ChannelServer;
  readonly #options: ChannelOptions;
  readonly #desk: ChannelDesk;
  readonly #gone = Promise.withResolvers<ProcessExit>();
  #transport: EventTransport | undefined;
  #isChosen = false;

  constructor(options: ChannelOptions) {
    this.#options = options;
    const { timeoutMs, session, clock, logger, hookSecret, version } = options;
    const transport = () => this.#transport;
    this.#desk = new ChannelDesk({ transport, timeoutMs, session, clock, logger });
    this.server = new ChannelServer({ desk: this.#desk, version, logger });
    this.hooks = {
      secret: hookSecret,
      hear: async (body, signal) => {
        const hook = readHookEvent(body);
        return hook ? toDecision(await this.#desk.hear(hook, signal)) : {};
      },
    };
  }

  /** Looks which way leads into the session. */
  async chooseTransport(): Promise<void> {
    const { transport: choice, inbox, clock, logger } = this.#options;
    const notify = this.server.notify;
    this.#transport = await chooseTransport({ choice, inbox, notify, clock });
    this.#isChosen = true;
    logger.info("channel.transport", { transport: this.#transport?.name, reason: this.#transport?.reason });
  }

  readonly state = (): EngineState => {
    const transport = this.#transport;
    const problem = this.#problem();
    return {
      ...(problem !== undefined && { problem }),
      facts: {
        ...(transport && { transport: transport.name, transportReason: transport.reason }),
        session: this.#desk.isBusy ? "at work" : "idle",
        hooks: this.#desk.hearsHooks ? "heard" : "none heard yet",
        ...(this.#desk.losesEvents && {
          warning:
            "The last request was neither answered nor seen by a hook: is the channel gate open? The doctor says more.",
        }),
        // Known only to a process that knows the nonce, and so proves nothing to others and tells them nothing.
        instance: sha256(this.#options.nonce),
      },
    };
  };

  startSession({ spec, history }: SessionStart): Promise<EngineSession> {
    const requireReady = () => {
      const problem = this.#problem();
      if (problem === undefined) return;
      throw new AppError({ kind: "engine-not-ready", message: problem, retryAfterMs: RETRY_AFTER_MS });
    };
    requireReady();
    const fits = (event: Parameters<EventTransport["fits"]>[0]) => this.#transport?.fits(event) ?? false;
    const { desk, exited } = { desk: this.#desk, exited: this.#gone.promise };
    return Promise.resolve(new ChannelSession({ spec, history }, { desk, requireReady, fits, exited }));
  }

  /** Claude Code has gone: nothing will be answered any more. */
  leave(): void {
    this.#desk.close();
    this.#gone.resolve({ code: null, signal: null });
  }

  checkTools(): void {}

  openCallIds(): readonly string[] {
    return [];
  }

  prepareFolder(): Promise<Record<string, never>> {
    return Promise.resolve({});
  }

  describeAccount(): Promise<EngineAccount> {
    return Promise.resolve({ isLoggedIn: true, source: "the Claude Code session", models: [] });
  }

  resolveModel(model: string): string {
    return model;
  }

  /** Sessions end with the server; Claude Code itself is the person's, and another server may be started for it. */
  close(): Promise<void> {
    this.#desk.failAll();
    return Promise.resolve();
  }

  #problem(): string | undefined {
    if (!this.server.isReady || !this.#isChosen) return NOT_READY;
    return this.#transport ? undefined : NO_INBOX;
  }
}

/** What the hook is answered. Without a decision Claude Code asks the person at the session. */
function toDecision(answer: PermissionAnswer | undefined): Readonly<Record<string, unknown>> {
  if (!answer || answer.outcome === "cancelled") return {};
  const isAllowed = answer.outcome === "allowed" || answer.outcome === "always-allowed";
  const message = answer.reason ?? (answer.outcome === "timed-out" ? UNANSWERED : DENIED);
  const decision = isAllowed ? { behavior: "allow" } : { behavior: "deny", message };
  return { hookSpecificOutput: { hookEventName: "PermissionRequest", decision } };
}

const DENIED = "The person did not allow this call.";
const UNANSWERED = "Nobody answered in time whether this call is allowed, so it was denied.";
