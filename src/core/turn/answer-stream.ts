import { CANCELLED } from "./turn-failure.ts";
import type { ApprovalDesk } from "../approvals/approval-desk.ts";
import { chainAll } from "../../lib/stage.ts";
import { EventPipeline, type EventPipelineParts } from "./event-pipeline.ts";
import { appendFileBlocks } from "../file-changes/append-file-blocks.ts";
import { FileChangeWatch } from "../file-changes/watch-file-changes.ts";
import type { PlacedTurn } from "./placed-turn.ts";
import type { TurnPlan } from "./plan-turn.ts";
import type { Clock } from "../ports/clock.ts";
import { ClaimRefused } from "../ports/engine-session.ts";
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
import type { TurnRequest } from "../words/turn-request.ts";
import { tellWorkInText } from "./tell-work-in-text.ts";
import { RunningActivities } from "./running-activities.ts";
import { type Deadlines, TurnDeadlines } from "./turn-deadlines.ts";

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

/** A turn that has its session. */
export interface ReadyTurn {
  readonly request: TurnRequest;
  readonly plan: TurnPlan;
  readonly placed: PlacedTurn;
  readonly turn: RunningTurn;
}

/** Callbacks for what becomes of the turn. */
export interface AnswerEnds {
  /** Records the turn before the client hears of its end. */
  readonly finish: EventPipelineParts["finish"];
  readonly note: EventPipelineParts["note"];
  /** Called when the reader has left before the end, with what was used until then. */
  readonly leave: EventPipelineParts["leave"];
}

/** An activity that runs for longer than this is reported as still running. */
const FIRST_PROGRESS_MS = 10_000;

/**
 * The engine's events in this turn as the client gets them: in the requested shape, with the changes in the workspace, with
 * lines about Claude Code's work if the text is to contain them, and with the files themselves if they were requested.
 */
export function openAnswerStream(
  ready: ReadyTurn,
  ends: AnswerEnds,
  parts: AnswerStreamParts,
  signal: AbortSignal,
): EventPipeline {
  const { request, plan, placed, turn } = ready;
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
  const spokenFor = AbortSignal.any([signal, cut.signal]);
  const shape = shapeAnswer(request, {
    checkJson,
    stop: () => {
      placed.isCut = true;
      cut.abort(CANCELLED);
    },
    toTranscript: (answer) => engine.toTranscript([answer]).filter((entry) => entry.role === "assistant"),
  });
  const files = appendFileBlocks(request, async (contentId) => {
    const found = await parts.fileChanges.loadContent(request.principalId, contentId);
    return found?.content;
  });
  return new EventPipeline({
    run: () => placed.lease.session.runTurn(placed.input, supervisor, spokenFor),
    mayRunAgain: (thrown) => replaceSpare(ready, thrown, parts, spokenFor),
    ...(placed.events && { before: placed.events }),
    shape: chainAll(shape),
    tell: chainAll([watch.stage(), ...tellWorkInText(request, placed.lease.spec.workspace), ...files]),
    deadlines: new TurnDeadlines(parts.deadlines, (error) => turn.cancel(error)),
    activities: new RunningActivities({ intervalMs: FIRST_PROGRESS_MS, clock: parts.clock }),
    abandon: () => cut.abort(CANCELLED),
    note: ends.note,
    async finish(end) {
      over.abort(CANCELLED);
      await ends.finish(end);
    },
    async leave(used) {
      await watch.conclude();
      over.abort(CANCELLED);
      await ends.leave(used);
    },
    onFailure: (error) => parts.logger.error("turn.broke", { turnId: request.turnId, error }),
  });
}

/** Replaces a refused spare or worker by another process, before anything has been said. */
async function replaceSpare(
  { request, plan, placed }: ReadyTurn,
  thrown: unknown,
  { pool, logger }: AnswerStreamParts,
  signal: AbortSignal,
): Promise<boolean> {
  if (!(thrown instanceof ClaimRefused)) return false;
  logger.info("spare.refused", { turnId: request.turnId, error: thrown });
  const { spec } = placed.lease;
  if (placed.isOnWorker) {
    pool.returnWorker(placed.lease);
    placed.lease = await pool.takeWorker(spec, { ...request, ...plan }, signal);
    return true;
  }
  pool.discard(placed.lease);
  if (thrown.isLasting) pool.avoidSpares(spec);
  placed.lease = await pool.open({ spec, firstTurn: placed.input }, signal, true);
  return true;
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
