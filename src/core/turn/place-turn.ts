import { AppError } from "../words/app-error.ts";
import type { ApprovalDesk } from "../approvals/approval-desk.ts";
import { withoutMarks, withoutMessageMarks } from "../requests/cache-marks.ts";
import { hasClientTools } from "./has-client-tools.ts";
import { type Message, toolCallsOf } from "../words/message.ts";
import { requireCapabilities } from "./require-capabilities.ts";
import { requireFewMedia } from "./require-few-media.ts";
import { requireToolResults } from "./open-calls.ts";
import { requireWords } from "./require-words.ts";
import type { TurnPlan } from "./plan-turn.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import { type Engine, WorkersUnavailable } from "../ports/engine.ts";
import type { SessionSpec, TurnInput, TurnPermissions } from "../ports/engine-session.ts";
import type { Engines } from "../ports/engines.ts";
import type { FolderTrust } from "../ports/folder-trust.ts";
import type { SessionLease, SessionPool } from "../ports/session-pool.ts";
import type { WorkspaceFolders } from "../ports/workspace-folders.ts";
import { hasBuiltinTools, isClientAgent, type ProcessKind, processKind } from "./process-kind.ts";
import type { PlacedTurn } from "./placed-turn.ts";
import { placeOnWorker, runsOnWorker } from "./place-on-worker.ts";
import { rebuildTranscript } from "./rebuild-transcript.ts";
import { retellApprovals } from "./retell-approvals.ts";
import type { CallServerTool } from "../ports/server-tool-caller.ts";
import { NO_SERVER_TOOLS } from "../words/server-tools.ts";
import { settleApprovals, type SettledCalls, withCalls, behindResults } from "./settle-approvals.ts";
import { hashState } from "./state-hash.ts";
import { turnPermissions } from "./turn-permissions.ts";
import type { TurnRequest } from "../words/turn-request.ts";

export interface PlaceTurnParts {
  /** Whether requests may name MCP servers by URL for Claude Code to connect to. */
  readonly allowsMcpServers: boolean;
  readonly folders: WorkspaceFolders;
  readonly trust: FolderTrust;
  readonly approvals: Pick<ApprovalDesk, "grantsOf">;
  readonly callServerTool: CallServerTool;
  readonly engines: Engines;
  readonly pool: SessionPool;
  readonly store: ConversationStore;
}

/** Gets the cheapest session that can hold the turn's history. */
export async function placeTurn(
  request: TurnRequest,
  plan: TurnPlan,
  parts: PlaceTurnParts,
  signal: AbortSignal,
): Promise<PlacedTurn> {
  requireAllowedServers(request, parts.allowsMcpServers);
  if (request.command === undefined) requireWords(plan.newMessages);
  const kind = kindOf(request, plan, parts.trust);
  const engine = parts.engines.of(kind);
  requireCapabilities(engine, kind, request);
  // Where Claude Code works by itself it may have summed up what came before.
  requireFewMedia(hasBuiltinTools(kind) ? plan.newMessages : request.messages, request);
  const { profile } = request.target;
  const permissions = turnPermissions(profile, kind, parts.approvals.grantsOf(plan.conversationId));
  const input = turnInput(request, kind, permissions, plan.newMessages);
  if (runsOnWorker(engine, kind, input)) {
    const { pool, store } = parts;
    const spec = sessionSpec(request, plan, kind, profile.workspace);
    try {
      return await placeOnWorker(request, plan, { engine, spec, input, pool, store }, signal);
    } catch (error) {
      if (!(error instanceof WorkersUnavailable)) throw error;
    }
  }
  const history = withoutMessageMarks(plan.history);
  const newMessages = withoutMessageMarks(plan.newMessages);
  const own = { engine, kind, permissions };
  return placeInSession(withoutMarks(request), { ...plan, history, newMessages }, own, parts, signal);
}

/** What the turn's session is chosen with. */
interface SessionPlace {
  readonly engine: Engine;
  readonly kind: ProcessKind;
  readonly permissions: TurnPermissions;
}

/** For a turn in which something of Claude Code's own has a part. */
async function placeInSession(
  request: TurnRequest,
  plan: TurnPlan,
  { engine, kind, permissions }: SessionPlace,
  parts: PlaceTurnParts,
  signal: AbortSignal,
): Promise<PlacedTurn> {
  const { pool, store } = parts;
  const { parentTurnId, history, newMessages, baseHash, conversationId } = plan;
  const { profile } = request.target;
  const input = turnInput(request, kind, permissions, newMessages);
  engine.checkTools(kind, request.tools.list);
  const openFolder = () => parts.folders.open(conversationId, profile, signal, plan.branchOf);

  // Taken before the first wait, so that another turn that continues from the same state finds it busy.
  const expected = parts.folders.expected(conversationId, profile);
  if (parentTurnId !== undefined && expected !== undefined) {
    const hot = pool.takeHot(parentTurnId, sessionSpec(request, plan, kind, expected), input);
    if (hot) {
      await orGiveBack(hot, pool, async () => {
        requireToolResults(hot.session.openCallIds, newMessages);
        await openFolder();
      });
      return { lease: hot, baseHash, parentTurnId, recordedInput: newMessages, input };
    }
  }
  const folder = await openFolder();
  const prepared = await engine.prepareFolder(kind, folder);
  const spec = { ...sessionSpec(request, plan, kind, folder), ...prepared };
  const settle = (isCallKnown: (callId: string) => boolean): Promise<SettledCalls> => {
    return settleApprovals(request.serverTools ?? NO_SERVER_TOOLS, isCallKnown, parts.callServerTool, signal);
  };
  if (parentTurnId !== undefined) {
    const lineage = await store.loadLineage(request.principalId, parentTurnId);
    if (lineage) {
      requireToolResults(
        toolCallsOf(lineage.at(-1)?.answer).map((call) => call.callId),
        newMessages,
      );
      const past = rebuildTranscript(lineage, engine);
      const open = engine.openCallIds(past);
      const settled = await settle((callId) => open.includes(callId));
      const firstTurn = giveSettled(input, settled);
      const lease = await pool.resume({ spec, history: past, firstTurn }, "resumed", signal);
      const recordedInput = behindResults(newMessages, settled.results);
      return { lease, baseHash, parentTurnId, recordedInput, input: firstTurn, events: settled.events };
    }
  }
  requireToolResults(
    toolCallsOf(history.at(-1)).map((call) => call.callId),
    newMessages,
  );
  const settled = await settle(() => true);
  const firstTurn = giveSettled(input, settled);
  const { events } = settled;
  const known = withCalls(history, settled.calls);
  if (known.length > 0) {
    const recordedInput = [...known, ...behindResults(newMessages, settled.results)];
    const past = engine.toTranscript(known);
    const lease = await pool.resume({ spec, history: past, firstTurn }, "imported", signal);
    return { lease, baseHash, recordedInput, input: firstTurn, events };
  }
  // With no history and no parent that still exists, this is a new start, even for a conversation that had a past.
  const lease = await pool.open({ spec, firstTurn }, signal);
  return { lease, baseHash: hashState(request, []), recordedInput: newMessages, input: firstTurn };
}

/** Adds the results of the settled calls to a turn; Claude is told of the decisions on the others. */
function giveSettled(input: TurnInput, { results, rest }: SettledCalls): TurnInput {
  const { messages, serverTools } = input;
  const given = serverTools && { ...input, serverTools: { ...serverTools, approvals: rest } };
  return retellApprovals({ ...(given ?? input), messages: behindResults(messages, results) });
}

function turnInput(
  request: TurnRequest,
  kind: ProcessKind,
  permissions: TurnPermissions,
  messages: readonly Message[],
): TurnInput {
  const { sampling, endUserId, tools, outputFormat, serverTools, command, approvals } = request;
  const { profile } = request.target;
  const { maxTurns, maxBudgetUsd, effort } = profile;
  return {
    messages,
    sampling,
    ...(endUserId !== undefined && { endUserId }),
    ...(effort !== undefined && { defaultEffort: effort }),
    tools,
    permissions,
    mcpServers: isClientAgent(profile, kind) ? {} : profile.mcpServers,
    ...(outputFormat && { outputFormat }),
    ...(serverTools && { serverTools }),
    ...(command !== undefined && { command }),
    ...(approvals && { approvals }),
    ...(maxTurns !== undefined && { maxTurns }),
    ...(maxBudgetUsd !== undefined && { maxBudgetUsd }),
  };
}

function requireAllowedServers({ serverTools }: TurnRequest, isAllowed: boolean): void {
  if (isAllowed || !serverTools?.mcpServers.length) return;
  throw new AppError({
    kind: "forbidden",
    message: "This server takes no MCP servers from requests (setting requests.mcpServers).",
    param: "tools",
  });
}

function kindOf(request: TurnRequest, plan: TurnPlan, trust: FolderTrust): ProcessKind {
  const { target, serverTools, command } = request;
  return processKind(target.profile, {
    hasClientTools: plan.usesClientTools || hasClientTools(request),
    // For a conversation with a folder of its own, the folder that it is made from counts.
    isTrusted: trust.isTrusted(target.profile.workspace),
    ...(serverTools && { asked: serverTools.builtin }),
    isCommand: command !== undefined,
  });
}

function sessionSpec(
  { target }: TurnRequest,
  plan: TurnPlan,
  kind: ProcessKind,
  workspace: string,
): SessionSpec {
  const { model, profile } = target;
  return { kind, workspace, model, instructions: profile.instructions, systemText: plan.systemText };
}

/** Gives the session back as it was if `prepare` fails, since the turn has not begun by then. */
async function orGiveBack(hot: SessionLease, pool: SessionPool, prepare: () => Promise<void>): Promise<void> {
  try {
    await prepare();
  } catch (error) {
    if (hot.held) pool.release(hot, hot.held);
    else pool.discard(hot);
    throw error;
  }
}
