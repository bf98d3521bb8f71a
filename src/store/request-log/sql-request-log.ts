import {
  type AnyColumn,
  type InsertObject,
  type Kysely,
  type RawBuilder,
  sql,
  type Transaction,
} from "kysely";

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
import { toStoredJson, toStoredText } from "../database/stored-text.ts";
import { boundConversations, sumConversations } from "./conversation-sums.ts";
import { deleteSomeRequests } from "./delete-requests.ts";
import { findRequest } from "./find-request.ts";
import { KeptInserts } from "./kept-inserts.ts";
import { listRequests } from "./list-requests.ts";
import type { RequestLogTables } from "./request-log-tables.ts";
import { type RequestRow, toRequestRow } from "./request-row.ts";
import {
  CONVERSATION_KEY,
  PLACE_COUNTS,
  PLACE_KEY,
  SUM_COUNTS,
  SUM_KEY,
  TOTAL_KEY,
  toConversationRows,
  toPlaceRows,
  toSumRows,
  toTotalRows,
} from "./sum-rows.ts";
import { sumRequests } from "./sum-requests.ts";

export class SqlRequestLog implements RequestLogStore {
  readonly #db: Kysely<RequestLogTables>;
  readonly #inserts = new KeptInserts();

  constructor(db: Kysely<RequestLogTables>) {
    this.#db = db;
  }

  async write(entries: readonly RequestEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await this.#db.transaction().execute(async (transaction) => {
      const added = await this.#inserts.run<RequestRow, { readonly id: string }>(
        transaction,
        "requests",
        entries.map(toRequestRow),
        (rows) =>
          transaction
            .insertInto("requests")
            .values(rows)
            .onConflict((conflict) => conflict.column("id").doNothing())
            .returning("id"),
      );
      const ids = new Set(added.map(({ id }) => id));
      const fresh = entries.filter(({ id }) => ids.has(id));
      await this.#writeTools(transaction, fresh);
      await this.#writeContents(transaction, fresh);
      await this.#addSums(transaction, fresh);
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

  async #writeTools(transaction: LogTransaction, entries: readonly RequestEntry[]): Promise<void> {
    const rows = entries.flatMap(({ id, tools }) =>
      tools ? [{ request_id: id, tools: toStoredJson(tools) }] : [],
    );
    await this.#inserts.run(transaction, "request_tools", rows, (some) =>
      transaction.insertInto("request_tools").values(some),
    );
  }

  async #writeContents(transaction: LogTransaction, entries: readonly RequestEntry[]): Promise<void> {
    const rows = entries.flatMap(({ id, content }) =>
      content
        ? [{ request_id: id, prompt: toStoredText(content.prompt), answer: toStoredText(content.answer) }]
        : [],
    );
    await this.#inserts.run(transaction, "request_contents", rows, (some) =>
      transaction.insertInto("request_contents").values(some),
    );
  }

  async #addSums(transaction: LogTransaction, entries: readonly RequestEntry[]): Promise<void> {
    const add = async <Name extends SumTable>(
      table: Name,
      rows: readonly InsertObject<RequestLogTables, Name>[],
      key: readonly AnyColumn<RequestLogTables, Name>[],
      counts: readonly string[],
    ) => {
      await this.#inserts.run(transaction, table, rows, (some) =>
        transaction
          .insertInto(table)
          .values(some)
          // Proof for the cast: these are columns of the table.
          .onConflict((conflict) => conflict.columns(key).doUpdateSet(sumsWith(table, counts) as never)),
      );
    };
    await add("request_sums", toSumRows(entries), SUM_KEY, SUM_COUNTS);
    await add("request_totals", toTotalRows(entries), TOTAL_KEY, SUM_COUNTS);
    await add("request_places", toPlaceRows(entries), PLACE_KEY, PLACE_COUNTS);
    const conversations = toConversationRows(entries);
    await add("request_conversations", conversations, CONVERSATION_KEY, SUM_COUNTS);
    await boundConversations(transaction, conversations);
  }
}

type LogTransaction = Transaction<RequestLogTables>;
type SumTable = "request_sums" | "request_totals" | "request_places" | "request_conversations";

/** What is there, with what comes added to it. */
function sumsWith(table: string, columns: readonly string[]): Record<string, RawBuilder<number>> {
  return Object.fromEntries(
    columns.map((column) => [
      column,
      sql<number>`${sql.ref(`${table}.${column}`)} + ${sql.ref(`excluded.${column}`)}`,
    ]),
  );
}
