import { type Kysely, type RawBuilder, sql, type Transaction } from "kysely";

import type {
  ConversationSum,
  ConversationSumQuestion,
  RequestFilter,
  RequestLogStore,
  RequestLogBounds,
  RequestPage,
  RequestSum,
  RequestSumQuestion,
} from "../../core/ports/request-log.ts";
import type { RequestEntry } from "../../core/words/request-entry.ts";
import { toStoredText } from "../database/stored-text.ts";
import { boundConversations, sumConversations } from "./conversation-sums.ts";
import { deleteSomeRequests } from "./delete-requests.ts";
import { findRequest } from "./find-request.ts";
import { listRequests } from "./list-requests.ts";
import type { RequestLogTables } from "./request-log-tables.ts";
import { toRequestRow } from "./request-row.ts";
import {
  CONVERSATION_KEY,
  PLACE_COUNTS,
  PLACE_KEY,
  SUM_COUNTS,
  SUM_KEY,
  toConversationRows,
  toPlaceRows,
  toSumRows,
} from "./sum-rows.ts";
import { sumRequests } from "./sum-requests.ts";

/** Rows in one statement: to write one takes this thread, too, and both databases bound the number of parameters. */
const ROWS_AT_ONCE = 50;

export class SqlRequestLog implements RequestLogStore {
  readonly #db: Kysely<RequestLogTables>;

  constructor(db: Kysely<RequestLogTables>) {
    this.#db = db;
  }

  async write(entries: readonly RequestEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await this.#db.transaction().execute(async (transaction) => {
      const added = new Set<string>();
      for (const some of slices(entries)) {
        const rows = await transaction
          .insertInto("requests")
          .values(some.map(toRequestRow))
          .onConflict((conflict) => conflict.column("id").doNothing())
          .returning("id")
          .execute();
        for (const { id } of rows) added.add(id);
      }
      const fresh = entries.filter(({ id }) => added.has(id));
      await writeContents(transaction, fresh);
      await addSums(transaction, fresh);
    });
  }

  list(filter: RequestFilter, page: RequestPage): Promise<readonly RequestEntry[]> {
    return listRequests(this.#db, filter, page);
  }

  find(id: string): Promise<RequestEntry | undefined> {
    return findRequest(this.#db, id);
  }

  sum(question: RequestSumQuestion): Promise<readonly RequestSum[]> {
    return sumRequests(this.#db, question);
  }

  sumConversations(question: ConversationSumQuestion): Promise<readonly ConversationSum[]> {
    return sumConversations(this.#db, question);
  }

  deleteSome(bounds: RequestLogBounds, now: number): Promise<boolean> {
    return deleteSomeRequests(this.#db, bounds, now);
  }

  close(): Promise<void> {
    return this.#db.destroy();
  }
}

async function writeContents(
  transaction: Transaction<RequestLogTables>,
  entries: readonly RequestEntry[],
): Promise<void> {
  const rows = entries.flatMap(({ id, content }) =>
    content
      ? [{ request_id: id, prompt: toStoredText(content.prompt), answer: toStoredText(content.answer) }]
      : [],
  );
  for (const some of slices(rows)) await transaction.insertInto("request_contents").values(some).execute();
}

async function addSums(
  transaction: Transaction<RequestLogTables>,
  entries: readonly RequestEntry[],
): Promise<void> {
  for (const some of slices(toSumRows(entries))) {
    await transaction
      .insertInto("request_sums")
      .values(some)
      .onConflict((conflict) => conflict.columns(SUM_KEY).doUpdateSet(sumsWith("request_sums", SUM_COUNTS)))
      .execute();
  }
  for (const some of slices(toPlaceRows(entries))) {
    await transaction
      .insertInto("request_places")
      .values(some)
      .onConflict((conflict) =>
        conflict.columns(PLACE_KEY).doUpdateSet(sumsWith("request_places", PLACE_COUNTS)),
      )
      .execute();
  }
  const conversations = toConversationRows(entries);
  for (const some of slices(conversations)) {
    await transaction
      .insertInto("request_conversations")
      .values(some)
      .onConflict((conflict) =>
        conflict.columns(CONVERSATION_KEY).doUpdateSet(sumsWith("request_conversations", SUM_COUNTS)),
      )
      .execute();
  }
  await boundConversations(transaction, conversations);
}

/** What is there, with what comes added to it. */
function sumsWith(table: string, columns: readonly string[]): Record<string, RawBuilder<number>> {
  return Object.fromEntries(
    columns.map((column) => [
      column,
      sql<number>`${sql.ref(`${table}.${column}`)} + ${sql.ref(`excluded.${column}`)}`,
    ]),
  );
}

function* slices<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let at = 0; at < items.length; at += ROWS_AT_ONCE) yield items.slice(at, at + ROWS_AT_ONCE);
}
