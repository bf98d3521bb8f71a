import type { Kysely } from "kysely";

import type { PrincipalId, TurnId } from "../../core/words/ids.ts";
import type { Tables } from "../database/tables.ts";
import { selectTurns, type TurnRow } from "./turn-row.ts";

/**
 * A turn and its ancestors, root first; empty when this principal has no such turn. A single query, however long the lineage.
 */
export function selectLineage(db: Kysely<Tables>, principalId: PrincipalId, id: TurnId): Promise<TurnRow[]> {
  const lineage = db
    .withRecursive("line(id, parent_turn_id, distance)", (query) =>
      query
        .selectFrom("turns")
        .where("id", "=", id)
        .where("principal_id", "=", principalId)
        .select((is) => ["id", "parent_turn_id", is.lit<number>(0).as("distance")])
        .unionAll(
          query
            .selectFrom("line")
            .innerJoin("turns", "turns.id", "line.parent_turn_id")
            .where("turns.principal_id", "=", principalId)
            .select((is) => [
              "turns.id",
              "turns.parent_turn_id",
              is("line.distance", "+", is.lit(1)).as("distance"),
            ]),
        ),
    )
    .selectFrom("line")
    .select(["id", "distance"]);
  return selectTurns(db)
    .innerJoin(lineage.as("lineage"), "lineage.id", "turns.id")
    .orderBy("lineage.distance", "desc")
    .execute();
}
