import { type Expression, type ExpressionBuilder, type SqlBool, sql } from "kysely";

import type { NodeId } from "../../core/words/ids.ts";
import type { Tables } from "../database/tables.ts";

type HoldingTable = "turns" | "responses" | "response_jobs";

/** The row's node has no lease any more. */
export function isAbandoned<Table extends HoldingTable>(
  is: ExpressionBuilder<Tables, Table>,
): Expression<SqlBool> {
  return is.or([sql<SqlBool>`node_id is null`, sql<SqlBool>`node_id not in (select id from nodes)`]);
}

/** The row is this node's. Without an id the node is one that keeps no leases, as its rows say. */
export function isHeldBy(nodeId: NodeId | undefined): Expression<SqlBool> {
  return nodeId === undefined ? sql<SqlBool>`node_id is null` : sql<SqlBool>`node_id = ${nodeId}`;
}
