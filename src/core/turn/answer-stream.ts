import { AppError } from "../words/app-error.ts";
import type { ApprovalDesk } from "../approvals/approval-desk.ts";
import { ensureTerminal } from "./ensure-terminal.ts";
import { appendFileBlocks } from "../file-changes/append-file-blocks.ts";
import { FileChangeWatch } from "../file-changes/watch-file-changes.ts";
import type { PlacedTurn } from "./place-turn.ts";
import type { TurnPlan } from "./plan-turn.ts";
import type { Clock } from "../ports/clock.ts";
import { ClaimRefused } from "../ports/engine.ts";
import type { Engines } from "../ports/engines.ts";
import type { FileChangeStore } from "../ports/file-change-store.ts";
import type { Logger } from "../ports/logger.ts";
import type { SchemaChecker } from "../ports/schema-checker.ts";
import type { SessionPool } from "../ports/session-pool.ts";
import type { TurnSupervisor } from "../ports/turn-supervisor.ts";
import type { WorkspaceSnapshots } from "../ports/workspace-snapshots.ts";
import { hasBuiltinTools } from "./process-kind.ts";
import type { RunningTurn } from "./running-turns.ts";
import { shapeAnswer } from "./shape-answer.ts";
import { superviseTurn } from "./supervise-turn.ts";
import type { EngineEvent, EngineOutput } from "../words/turn-event.ts";
import type { TurnRequest } from "../words/turn-request.ts";
import { tellWorkInText } from "./tell-work-in-text.ts";
import { type Deadlines, withDeadlines } from "./with-deadlines.ts";
import { withActivityProgress } from "./with-activity-progress.ts";

export interface AnswerStreamParts {
  readonly engines: Engines;
  readonly pool: SessionPool;
  readonly deadlines: Deadlines;
  readonly approvals: Pick<ApprovalDesk, "ask">;
  readonly snapshots: WorkspaceSnapshots;
  readonly fileChanges: FileChangeStore;
  readonly schemas: SchemaChecker;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A turn that has a session. */
export interface ReadyTurn {
  readonly request: TurnRequest;
  readonly plan: TurnPlan;
  readonly placed: PlacedTurn;
  readonly turn: RunningTurn;
}

export interface AnswerStream {
  /** Ends with exactly one terminal event. */
  readonly events: AsyncGenerator<EngineEvent>;
  /** Nobody wants the turn any more. */
  cancel(): void;
  /** The turn is over: what still waits for an answer is given up. */
  close(): void;
}

/** What runs for longer than this is told to be running. */
const FIRST_PROGRESS_MS = 10_000;

export const CANCELLED = new AppError({ kind: "cancelled", message: "The request was cancelled." });

/**
 * What the engine says in this turn as the client is to hear it, each step a wrapper around the one before: under the deadlines,
 * in the shape that was asked for, with word of its work where the text is to tell it, with what changed in the workspace, with the files themselves where they were asked for, with
 * word of what runs for long, and with one end.
 */
export function openAnswerStream(
  ready: ReadyTurn,
  parts: AnswerStreamParts,
  signal: AbortSignal,
): AnswerStream {
  const { request, plan, placed } = ready;
  const engine = parts.engines.of(placed.lease.spec.kind);
  const cut = new AbortController();
  const over = new AbortController();
  const watch = watchFiles(ready, parts, signal);
  if (hasBuiltinTools(placed.lease.spec.kind)) watch.begin();
  const checkJson: TurnSupervisor["checkJson"] = (schema, text) =>
    parts.schemas.check(request.principalId, schema, text, signal);
  const supervisor = superviseTurn(
    request,
    plan,
    { approvals: parts.approvals, watch, checkJson },
    AbortSignal.any([signal, over.signal]),
  );
  const spoken = engineEvents(ready, supervisor, parts, AbortSignal.any([signal, cut.signal]));
  const shaped = shapeAnswer(spoken, request, {
    checkJson,
    stop: () => {
      placed.isCut = true;
      cut.abort(CANCELLED);
    },
    toTranscript: (answer) => engine.toTranscript([answer]).filter((entry) => entry.role === "assistant"),
  });
  const spokenOf = tellWorkInText(watch.watch(shaped), request, placed.lease.spec.workspace);
  const withFiles = appendFileBlocks(spokenOf, request, async (contentId) => {
    const found = await parts.fileChanges.loadContent(request.principalId, contentId);
    return found?.content;
  });
  const told = withActivityProgress(withFiles, {
    intervalMs: FIRST_PROGRESS_MS,
    clock: parts.clock,
    abandon: () => cut.abort(CANCELLED),
  });
  return {
    events: ensureTerminal(told, (error) =>
      parts.logger.error("turn.broke", { turnId: request.turnId, error }),
    ),
    cancel: () => cut.abort(CANCELLED),
    close: () => over.abort(CANCELLED),
  };
}

/** The engine's events under the deadlines. A refused spare is replaced by a new process before anything is said. */
async function* engineEvents(
  { request, placed, turn }: ReadyTurn,
  supervisor: TurnSupervisor,
  { pool, deadlines, logger }: AnswerStreamParts,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent> {
  const { input, events } = placed;
  const run = () => {
    const said = placed.lease.session.runTurn(input, supervisor, signal);
    return withDeadlines(events ? afterTools(said, events) : said, deadlines, (error) => turn.cancel(error));
  };
  try {
    yield* run();
  } catch (error) {
    if (!(error instanceof ClaimRefused)) throw error;
    logger.info("spare.refused", { turnId: request.turnId, error });
    pool.discard(placed.lease);
    const { spec } = placed.lease;
    if (error.isLasting) pool.avoidSpares(spec);
    placed.lease = await pool.open({ spec, firstTurn: input }, signal, true);
    yield* run();
  }
}

/** What happened before Claude says anything comes behind the lists of tools. */
async function* afterTools(
  said: AsyncIterable<EngineOutput>,
  events: readonly EngineEvent[],
): AsyncGenerator<EngineOutput> {
  let isTold = false;
  for await (const event of said) {
    if (!isTold && event.type !== "mcp-tools" && event.type !== "progress") {
      isTold = true;
      yield* events;
    }
    yield event;
  }
}

function watchFiles(
  { request, plan, placed }: ReadyTurn,
  { snapshots, fileChanges, clock, logger }: AnswerStreamParts,
  signal: AbortSignal,
): FileChangeWatch {
  const folder = placed.lease.spec.workspace;
  const { turnId, principalId } = request;
  const turn = { turnId, principalId, conversationId: plan.conversationId };
  return new FileChangeWatch({ ...turn, folder, snapshots, store: fileChanges, clock, logger, signal });
}
