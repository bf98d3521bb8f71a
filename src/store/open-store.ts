import type { ApiKeyStore } from "../core/ports/api-key-store.ts";
import type { AuditLog } from "../core/ports/audit-log.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { CompletionStore } from "../core/ports/completion-store.ts";
import type { ConversationIndex } from "../core/ports/conversation-index.ts";
import type { ConversationItemStore } from "../core/ports/conversation-items.ts";
import type { ConversationStore } from "../core/ports/conversation-store.ts";
import type { FileChangeStore } from "../core/ports/file-change-store.ts";
import type { FileStore } from "../core/ports/file-store.ts";
import type { JobQueue } from "../core/ports/job-queue.ts";
import { type Logger, SILENT_LOGGER } from "../core/ports/logger.ts";
import type { Nodes } from "../core/ports/nodes.ts";
import type { UsageLedger } from "../core/ports/usage-ledger.ts";
import type { UserStore } from "../core/ports/user-store.ts";
import type { ResponseStore } from "../core/ports/response-store.ts";
import type { NodeId } from "../core/words/ids.ts";
import type { Retention } from "../core/words/retention.ts";
import { assertNever } from "../lib/assert-never.ts";
import { SqlAuditLog } from "./audit/sql-audit-log.ts";
import type { Database } from "./database/database.ts";
import { migrate } from "./database/migrate.ts";
import { migrations } from "./migrations/migrations.ts";
import { openPostgres } from "./database/open-postgres.ts";
import { openSqlite } from "./database/open-sqlite.ts";
import { deleteAllContent } from "./database/delete-content.ts";
import { SqlCompletionStore } from "./completions/sql-completion-store.ts";
import { SqlApiKeyStore } from "./keys/sql-api-key-store.ts";
import { SqlUsageLedger } from "./keys/sql-usage-ledger.ts";
import { SqlUserStore } from "./users/sql-user-store.ts";
import { SqlJobQueue } from "./jobs/sql-job-queue.ts";
import { SqlNodes } from "./nodes/sql-nodes.ts";
import { SqlConversationItems } from "./items/sql-conversation-items.ts";
import { SqlConversationIndex } from "./conversations/sql-conversation-index.ts";
import { SqlConversationStore } from "./conversations/sql-conversation-store.ts";
import { SqlFileChangeStore } from "./file-changes/sql-file-change-store.ts";
import { SqlFileStore } from "./files/sql-file-store.ts";
import { SqlResponseStore } from "./responses/sql-response-store.ts";
import type { StoreState } from "./database/store-state.ts";
import type { StoreLocation } from "./database/store-location.ts";
import { storeUnavailable } from "./database/store-unavailable.ts";

export interface StoreOptions {
  readonly location: StoreLocation;
  readonly retention: Retention;
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** The node to which turns and responses belong. Without one they count as abandoned at once. */
  readonly nodeId?: NodeId;
}

/** Everything stored in one database. Closing it closes all parts, and its `purgeContent` covers all of them. */
export interface Store extends ConversationStore {
  readonly state: Pick<StoreState, "problem">;
  readonly audit: AuditLog;
  readonly index: ConversationIndex;
  readonly completions: CompletionStore;
  readonly items: ConversationItemStore;
  readonly files: FileStore;
  readonly fileChanges: FileChangeStore;
  readonly responses: ResponseStore;
  readonly nodes: Nodes;
  readonly jobs: JobQueue;
  readonly keys: ApiKeyStore;
  readonly usageLedger: UsageLedger;
  readonly users: UserStore;
}

/**
 * Opens the database and migrates it to the newest schema. Throws an error for the person who starts the server that says which
 * database, what is wrong and what to do; it names the file or the host, never a password.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { location, retention, nodeId, logger = SILENT_LOGGER, clock = Date.now } = options;
  let database: Database | undefined;
  try {
    database = openDatabase(location, logger);
    await migrate(database.db, migrations, "turnpike");
    if (retention.content === "none") await deleteAllContent(database.db);
  } catch (error) {
    await database?.db.destroy();
    throw storeUnavailable(location, error);
  }
  return Object.assign(new SqlConversationStore(database, retention, nodeId), {
    state: database.state,
    audit: new SqlAuditLog(database),
    index: new SqlConversationIndex(database),
    completions: new SqlCompletionStore(database, retention),
    items: new SqlConversationItems(database, retention),
    files: new SqlFileStore(database, retention, clock),
    fileChanges: new SqlFileChangeStore(database, retention),
    responses: new SqlResponseStore(database, retention, nodeId),
    nodes: new SqlNodes(database),
    jobs: new SqlJobQueue(database, nodeId),
    keys: new SqlApiKeyStore(database),
    usageLedger: new SqlUsageLedger(database),
    users: new SqlUserStore(database),
  });
}

function openDatabase(location: StoreLocation, logger: Logger): Database {
  switch (location.type) {
    case "sqlite":
      return openSqlite(location.file);
    case "postgres":
      return openPostgres(location.url, logger);
    default:
      return assertNever(location);
  }
}
