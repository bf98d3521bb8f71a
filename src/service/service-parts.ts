import type { UndoTurn } from "../core/file-changes/undo-turn.ts";
import type { Approvals } from "../core/ports/approvals.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { CompletionStore } from "../core/ports/completion-store.ts";
import type { ConversationDirectory } from "../core/ports/conversation-directory.ts";
import type { ConversationFolders } from "../core/ports/conversation-folders.ts";
import type { ConversationLock } from "../core/ports/conversation-lock.ts";
import type { ConversationItemStore } from "../core/ports/conversation-items.ts";
import type { FileChangeStore } from "../core/ports/file-change-store.ts";
import type { FileStore } from "../core/ports/file-store.ts";
import type { ReportHealth } from "../core/ports/health.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { ModelCatalogue } from "../core/ports/model-catalogue.ts";
import type { ResponseStore } from "../core/ports/response-store.ts";
import type { SchemaChecker } from "../core/ports/schema-checker.ts";
import type { CountTokens } from "../core/ports/token-counter.ts";
import type { TurnRelay } from "../core/ports/turn-relay.ts";
import type { TurnRunner } from "../core/ports/turn-runner.ts";
import type { OwedWrites } from "../core/turn/owed-writes.ts";
import type { TurnId } from "../core/words/ids.ts";
import type { HearRequest } from "../core/words/request-entry.ts";
import type { TurnUse } from "../core/words/usage.ts";
import type { RequestPolicy } from "../core/requests/request-policy.ts";
import type { SealedBox } from "../lib/sealed-box.ts";
import type { ResponseJobs } from "./responses/response-jobs.ts";
import type { ResponseRuns } from "./responses/response-runs.ts";

/** Everything the use cases need from the other layers, wired by hand. */
export interface ServiceParts {
  readonly runTurn: TurnRunner;
  readonly models: ModelCatalogue;
  readonly requestPolicy: RequestPolicy;
  readonly approvals: Approvals;
  readonly conversations: ConversationDirectory;
  readonly conversationFolders: ConversationFolders;
  readonly items: ConversationItemStore;
  readonly conversationLock: ConversationLock;
  readonly completions: CompletionStore;
  readonly files: FileStore;
  readonly fileChanges: FileChangeStore;
  readonly undoTurn: UndoTurn;
  readonly responses: ResponseStore;
  readonly responseRuns: ResponseRuns;
  readonly turnRelay: TurnRelay;
  readonly jobs: ResponseJobs;
  readonly owedWrites: OwedWrites;
  readonly schemas: SchemaChecker;
  /** Seals what a client keeps for the server. */
  readonly sealedBox: SealedBox;
  readonly health: ReportHealth;
  readonly countTokens: CountTokens;
  /** Called with each request that goes on record. */
  readonly hearRequest: HearRequest;
  /** What a turn has used, also when its reader has left. */
  readonly findUse?: (turnId: TurnId) => TurnUse | undefined;
  /** What is asked and answered is kept with every request, whatever its key says. */
  readonly keepsContent?: () => boolean;
  readonly logger: Logger;
  readonly clock: Clock;
}
