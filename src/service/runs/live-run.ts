import type { AppError } from "../../core/words/app-error.ts";
import type { TerminalEvent, TurnEvent } from "../../core/words/turn-event.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import type { FollowedEvent, TurnRun } from "../../core/words/turn-run.ts";
import type { TurnUse } from "../../core/words/usage.ts";
import { assertNever } from "../../lib/assert-never.ts";
import { LossyFollower } from "../../lib/lossy-follower.ts";

/** How much of a turn somebody sees who comes late. */
const KEPT_EVENTS = 2_000;
const KEPT_CHARACTERS = 128 * 1024;

/** About right for English; the end of the turn brings the true number. */
const CHARACTERS_PER_TOKEN = 4;

type Mutable<Shape> = { -readonly [Key in keyof Shape]: Shape[Key] };

/** A turn under way: how far it is, its latest events, and who follows it. */
export class LiveRun {
  readonly #run: Mutable<TurnRun>;
  readonly #abort = new AbortController();
  readonly #followers = new Set<LossyFollower<TurnEvent>>();
  readonly #waitingApprovals = new Set<string>();
  readonly #activities = new Map<string, string>();
  #kept: TurnEvent[] = [];
  #keptCharacters = 0;
  #lost = 0;
  #characters = 0;

  constructor({ turnId, principalId, client, protocol, target }: TurnRequest, askedAt: number) {
    this.#run = {
      turnId,
      state: "queued",
      principalId,
      ...(client !== undefined && { client }),
      protocol,
      profile: target.profile.name,
      modelId: target.modelId,
      model: target.model,
      askedAt,
      outputTokens: 0,
    };
  }

  /** Aborts when somebody has cancelled the turn here. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  describe(): TurnRun {
    const run = this.#run;
    const activity = [...this.#activities.values()].at(-1);
    return {
      ...run,
      ...(run.usage ? {} : { outputTokens: Math.ceil(this.#characters / CHARACTERS_PER_TOKEN) }),
      ...(activity !== undefined && { activity }),
    };
  }

  cancel(reason: AppError): void {
    this.#abort.abort(reason);
  }

  /** Its latest events, then the others as they come, until the turn ends or the signal aborts. */
  follow(signal: AbortSignal): AsyncIterable<FollowedEvent> {
    const leave = () => follower.end();
    const follower = new LossyFollower<TurnEvent>(this.#kept, this.#lost, () => {
      this.#followers.delete(follower);
      signal.removeEventListener("abort", leave);
    });
    this.#followers.add(follower);
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
    return follower;
  }

  see(event: TurnEvent, now: number): void {
    this.#note(event, now);
    // Claude's own form of what the other events tell.
    if (event.type === "transcript-append") return;
    this.#keep(event);
    for (const follower of this.#followers) follower.push(event);
  }

  /** The turn's events are over. Without a terminal event nobody wanted the rest; `use` is what it has used then. */
  end(now: number, use: TurnUse | undefined): void {
    const run = this.#run;
    if (run.endedAt === undefined) {
      run.endedAt = now;
      run.state = "cancelled";
      if (use) {
        run.usage = use.usage;
        run.costUsd = use.costUsd;
        run.outputTokens = use.usage.outputTokens;
      }
    }
    this.#activities.clear();
    this.#kept = [];
    for (const follower of this.#followers) follower.end();
  }

  #note(event: TurnEvent, now: number): void {
    const run = this.#run;
    switch (event.type) {
      case "turn-start":
        run.state = "running";
        run.startedAt = now;
        run.conversationId = event.conversationId;
        run.conversationName = event.conversationName;
        run.placement = event.placement;
        return;
      case "text-delta":
      case "reasoning-delta":
      case "tool-call-delta":
        run.firstTokenAt ??= now;
        this.#characters += event.text.length;
        return;
      case "tool-call-start":
        run.firstTokenAt ??= now;
        return;
      case "activity-start":
        this.#activities.set(event.activityId, event.name);
        return;
      case "activity-end":
        this.#activities.delete(event.activityId);
        return;
      case "permission-request":
        this.#waitingApprovals.add(event.approvalId);
        run.state = "waiting";
        return;
      case "permission-resolved":
        this.#waitingApprovals.delete(event.approvalId);
        if (this.#waitingApprovals.size === 0 && run.state === "waiting") run.state = "running";
        return;
      case "turn-end":
      case "turn-error":
        this.#noteEnd(event, now);
        return;
      case "reasoning-end":
      case "reasoning-redacted":
      case "tool-call-end":
      case "mcp-tools":
      case "approval-request":
      case "activity-progress":
      case "file-change":
      case "file-changes":
      case "notice":
      case "transcript-append":
        return;
      default:
        assertNever(event);
    }
  }

  #noteEnd(event: TerminalEvent, now: number): void {
    const run = this.#run;
    run.endedAt = now;
    run.usage = event.usage;
    run.costUsd = event.costUsd;
    run.outputTokens = event.usage.outputTokens;
    if (event.type === "turn-end") {
      run.state = "completed";
      return;
    }
    run.state = event.error.kind === "cancelled" ? "cancelled" : "failed";
    const { kind, message, messageForOthers = message } = event.error;
    run.error = { kind, message: messageForOthers };
  }

  #keep(event: TurnEvent): void {
    this.#kept.push(event);
    if ("text" in event) this.#keptCharacters += event.text.length;
    if (this.#kept.length <= KEPT_EVENTS && this.#keptCharacters <= KEPT_CHARACTERS) return;
    // A good part at once: to move the rest takes time.
    const count = Math.ceil(this.#kept.length / 4);
    for (const dropped of this.#kept.slice(0, count)) {
      if ("text" in dropped) this.#keptCharacters -= dropped.text.length;
    }
    this.#kept = this.#kept.slice(count);
    this.#lost += count;
  }
}
