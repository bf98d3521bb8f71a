import type { Kysely } from "kysely";

import type { PrincipalId } from "../../core/words/ids.ts";
import type { KeptResponse } from "../../core/ports/response-store.ts";
import { fromResponseRow } from "./response-row.ts";
import { toStoredText } from "../database/stored-text.ts";
import type { Tables } from "../database/tables.ts";

/**
 * A response and all responses that it continues, the first one first; undefined when one of them is missing. A single query,
 * however long the chain. A chain has no cycle: a response is created after the one that it continues.
 */
export async function selectChain(
  db: Kysely<Tables>,
  principalId: PrincipalId,
  id: string,
): Promise<readonly KeptResponse[] | undefined> {
  const chain = db
    .withRecursive("chain(id, previous_id, distance)", (query) =>
      query
        .selectFrom("responses")
        .where("id", "=", toStoredText(id))
        .where("principal_id", "=", principalId)
        .select((is) => ["id", "previous_id", is.lit<number>(0).as("distance")])
        .unionAll(
          query
            .selectFrom("chain")
            .innerJoin("responses", "responses.id", "chain.previous_id")
            .where("responses.principal_id", "=", principalId)
            .select((is) => [
              "responses.id",
              "responses.previous_id",
              is("chain.distance", "+", is.lit(1)).as("distance"),
            ]),
        ),
    )
    .selectFrom("chain")
    .select(["id", "distance"]);
  const rows = await db
    .selectFrom("responses")
    .innerJoin(chain.as("chain"), "chain.id", "responses.id")
    .orderBy("chain.distance", "desc")
    .selectAll("responses")
    .execute();
  const isWhole = rows[0]?.previous_id === null;
  return isWhole ? rows.map(fromResponseRow) : undefined;
}
