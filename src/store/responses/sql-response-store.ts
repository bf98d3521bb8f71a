import type { JsonObject } from "../../core/words/client-tool.ts";
import type { NodeId, PrincipalId } from "../../core/words/ids.ts";
import type { KeptResponse, ResponseStore } from "../../core/ports/response-store.ts";
import type { Retention } from "../../core/words/retention.ts";
import type { Database } from "../database/database.ts";
import { deleteOldResponses } from "../database/delete-content.ts";
import { failUnfinishedResponses, type FailResponse } from "./fail-unfinished-responses.ts";
import { selectChain } from "./response-chain.ts";
import { fromResponseRow, toResponseRow } from "./response-row.ts";
import { fromStoredJson, toStoredText } from "../database/stored-text.ts";
import { updateResponse, type ResponseChange } from "./update-response.ts";

/** Responses in a SQL database. The queries are the same for SQLite and Postgres. */
export class SqlResponseStore implements ResponseStore {
  readonly #database: Database;
  readonly #nodeId: NodeId | undefined;
  readonly isEnabled: boolean;

  /** `nodeId`: the node that the responses belong to; without one they count as abandoned as soon as they exist. */
  constructor(database: Database, retention: Retention, nodeId?: NodeId) {
    this.#database = database;
    this.#nodeId = nodeId;
    this.isEnabled = retention.content === "keep";
  }

  async createResponse(response: KeptResponse): Promise<void> {
    if (!this.isEnabled) return;
    await this.#db.insertInto("responses").values(toResponseRow(response, this.#nodeId)).execute();
  }

  async updateResponse(id: string, change: ResponseChange): Promise<void> {
    if (!this.isEnabled) return;
    await this.#db
      .transaction()
      .execute((transaction) => updateResponse(transaction, id, change, this.#nodeId));
  }

  async findResponse(principalId: PrincipalId, id: string): Promise<KeptResponse | undefined> {
    const row = await this.#db
      .selectFrom("responses")
      .where("id", "=", toStoredText(id))
      .where("principal_id", "=", principalId)
      .selectAll()
      .executeTakeFirst();
    return row && fromResponseRow(row);
  }

  loadChain(principalId: PrincipalId, id: string): Promise<readonly KeptResponse[] | undefined> {
    return selectChain(this.#db, principalId, id);
  }

  async loadEvents(principalId: PrincipalId, id: string): Promise<readonly JsonObject[] | undefined> {
    const row = await this.#db
      .selectFrom("response_events")
      .innerJoin("responses", "responses.id", "response_events.response_id")
      .where("responses.id", "=", toStoredText(id))
      .where("responses.principal_id", "=", principalId)
      .select("response_events.events")
      .executeTakeFirst();
    return row && fromStoredJson(row.events);
  }

  async deleteResponse(principalId: PrincipalId, id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom("responses")
      .where("id", "=", toStoredText(id))
      .where("principal_id", "=", principalId)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  failUnfinished(change: FailResponse): Promise<number> {
    const { skipLocked } = this.#database;
    return this.#db
      .transaction()
      .execute((transaction) =>
        failUnfinishedResponses(transaction, change, { skipLocked, nodeId: this.#nodeId }),
      );
  }

  purgeContent(olderThan: number): Promise<void> {
    return deleteOldResponses(this.#db, olderThan);
  }

  get #db() {
    return this.#database.db;
  }
}
