import { type Expression, type ExpressionBuilder, type SqlBool, sql } from "kysely";

import type { NodeId } from "../../core/words/ids.ts";
import type { Tables } from "../database/tables.ts";

type HoldingTable = "turns" | "responses" | "response_jobs";

/** Whether the row's node no longer has a lease. */
export function isAbandoned<Table extends HoldingTable>(
  is: ExpressionBuilder<Tables, Table>,
): Expression<SqlBool> {
  return is.or([sql<SqlBool>`node_id is null`, sql<SqlBool>`node_id not in (select id from nodes)`]);
}

/** Whether the row belongs to this node. A node without an id has no lease, and its rows have no node. */
export function isHeldBy(nodeId: NodeId | undefined): Expression<SqlBool> {
  return nodeId === undefined ? sql<SqlBool>`node_id is null` : sql<SqlBool>`node_id = ${nodeId}`;
}
