import { MemoryTurnRelay } from "../cluster/memory/memory-turn-relay.ts";
import type { Config } from "../config/config.ts";
import { openSealKeyFile } from "../config/data-folder/seal-key-file.ts";
import { applyAtRest } from "../core/conversations/apply-at-rest.ts";
import { createConversationDirectory } from "../core/conversations/conversations.ts";
import { createTurnUndo } from "../core/file-changes/undo-turn.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { ReportHealth } from "../core/ports/health.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { TurnRunner } from "../core/ports/turn-runner.ts";
import type { HearRequest } from "../core/words/request-entry.ts";
import { createSealedBox } from "../lib/sealed-box.ts";
import type { CleanUp } from "../lib/clean-up.ts";
import { ResponseRuns } from "../service/responses/response-runs.ts";
import type { ServiceParts } from "../service/service-parts.ts";
import type { Store } from "../store/open-store.ts";
import { requireSameFolder } from "../workspaces/require-same-folder.ts";
import { restoreChanges } from "../workspaces/undo/restore-changes.ts";
import { openTokenCounter } from "./open-token-counter.ts";
import type { Turns } from "./open-turns.ts";

export interface ServiceNeeds {
  readonly turns: Turns;
  /** As the service runs them: what else listens to a turn is in it. */
  readonly runTurn: TurnRunner;
  readonly store: Store;
  readonly health: ReportHealth;
  readonly hearRequest: HearRequest;
  readonly keepsContent: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly cleanUp: CleanUp;
}

/** What the product does whoever asks, on these turns and this store. */
export async function buildService(config: Config, needs: ServiceNeeds): Promise<ServiceParts> {
  const { turns, store, clock, logger } = needs;
  const { pool, running, folders, conversationLock } = turns;
  const responseRuns = new ResponseRuns();
  // Added late, so that responses are closed before the parts that their turns run on.
  needs.cleanUp.defer(() => responseRuns.close());
  return {
    runTurn: needs.runTurn,
    models: turns.models,
    approvals: turns.approvals,
    requestPolicy: {
      bounds: config.requests,
      folders,
      configuredServers: config.mcpServers,
      allowsBypass: config.claude.allowBypass,
    },
    fileChanges: store.fileChanges,
    undoTurn: createTurnUndo({
      store: store.fileChanges,
      running,
      requireSameFolder,
      restore: restoreChanges,
      clock,
    }),
    conversations: createConversationDirectory({
      store,
      pool,
      running,
      conversationFolders: folders.conversations,
    }),
    conversationFolders: applyAtRest(folders.conversations, running),
    completions: store.completions,
    responses: store.responses,
    responseRuns,
    turnRelay: new MemoryTurnRelay(),
    jobs: turns.jobs,
    owedWrites: turns.owedWrites,
    countTokens: openTokenCounter(config, { environment: turns.engineEnvironment, clock, logger }),
    sealedBox: createSealedBox(await openSealKeyFile(config.dataDir)),
    files: store.files,
    items: store.items,
    conversationLock,
    schemas: turns.schemas,
    health: needs.health,
    hearRequest: needs.hearRequest,
    findUse: (turnId) => turns.uses.find(turnId),
    keepsContent: needs.keepsContent,
    logger,
    clock,
  };
}
