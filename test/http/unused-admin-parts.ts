import type { AdminParts } from "../../src/http/admin/add-admin-routes.ts";

/** Parts of the admin API that a test does not ask for. Proof for the casts: it asks for none of their routes. */
export const UNUSED_ADMIN_PARTS: Pick<
  AdminParts,
  "keys" | "conversations" | "approvals" | "users" | "people" | "views" | "audit"
> = {
  keys: undefined as never,
  conversations: undefined as never,
  approvals: undefined as never,
  users: undefined as never,
  people: undefined as never,
  views: undefined as never,
  audit: undefined as never,
};
