import * as z from "zod";

import type { AuditEntry, AuditPage } from "../../core/ports/audit-log.ts";
import { RequestError } from "../request-error.ts";

const side = z.record(z.string(), z.unknown()).nullable();

export const auditEntrySchema = z.object({
  id: z.string(),
  object: z.literal("audit_entry"),
  /** Milliseconds since the epoch. */
  at: z.number(),
  principal: z.string(),
  action: z.string(),
  target: z.string().nullable(),
  before: side,
  after: side,
});

export const auditListSchema = z.object({
  object: z.literal("list"),
  data: z.array(auditEntrySchema),
  has_more: z.boolean(),
  /** Given as `after` it leads to the next page. */
  next: z.string().nullable(),
});

export type AuditEntryBody = z.output<typeof auditEntrySchema>;
export type AuditListBody = z.output<typeof auditListSchema>;

/** `entries`: one more than the page has, if there are more. */
export function formatAuditList(entries: readonly AuditEntry[], limit: number): AuditListBody {
  const shown = entries.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = entries.length > limit;
  return {
    object: "list",
    data: shown.map(({ id, at, by, action, target, before, after }) => ({
      id,
      object: "audit_entry",
      at,
      principal: by,
      action,
      target: target ?? null,
      before: before ? { ...before } : null,
      after: after ? { ...after } : null,
    })),
    has_more: hasMore,
    next: hasMore && last ? `${last.at}_${last.id}` : null,
  };
}

/** @throws RequestError */
export function parseAuditQuery(query: Readonly<Record<string, string>>): AuditPage {
  const { limit = "50", after, ...others } = query;
  const [other] = Object.keys(others);
  if (other !== undefined) {
    throw new RequestError("unknown_parameter", `Unknown parameter: '${other}'.`, other);
  }
  if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > 200) {
    throw new RequestError("invalid_value", "Invalid 'limit': expected a number from 1 to 200.", "limit");
  }
  const page = { limit: Number(limit) };
  if (after === undefined) return page;
  const [, at, id] = /^(\d{1,15})_(audit_\w{1,64})$/.exec(after) ?? [];
  if (at !== undefined && id !== undefined) return { ...page, after: { at: Number(at), id } };
  throw new RequestError(
    "invalid_value",
    "Invalid 'after': expected the `next` of an earlier page.",
    "after",
  );
}
