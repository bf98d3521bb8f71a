import { sql } from "kysely";

import type { BookedUse, PeriodUse, UsageLedger } from "../../core/ports/usage-ledger.ts";
import type { PrincipalId } from "../../core/words/ids.ts";
import type { Database } from "../database/database.ts";

/** What principals have used, in a SQL database. */
export class SqlUsageLedger implements UsageLedger {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async book(uses: readonly BookedUse[]): Promise<void> {
    if (uses.length === 0) return;
    await this.#database.db
      .insertInto("principal_usage")
      .values(
        uses.map(({ principalId, period, tokens, costMicros }) => ({
          principal_id: principalId,
          period,
          tokens,
          cost_micros: costMicros,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(["principal_id", "period"]).doUpdateSet({
          tokens: sql`principal_usage.tokens + excluded.tokens`,
          cost_micros: sql`principal_usage.cost_micros + excluded.cost_micros`,
        }),
      )
      .execute();
  }

  async readUse(principalId: PrincipalId, period: string): Promise<PeriodUse> {
    const row = await this.#database.db
      .selectFrom("principal_usage")
      .select(["tokens", "cost_micros"])
      .where("principal_id", "=", principalId)
      .where("period", "=", period)
      .executeTakeFirst();
    return { tokens: row?.tokens ?? 0, costMicros: row?.cost_micros ?? 0 };
  }
}
