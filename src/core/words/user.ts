import type { ApprovalRight } from "./api-key.ts";
import type { PrincipalId, UserId } from "./ids.ts";

/** `viewer`: only reads the admin API. `admin`: may do all that the admin API offers, and runs turns. */
export const USER_ROLES = ["viewer", "admin"] as const;
export type UserRole = (typeof USER_ROLES)[number];

/** A person who signs in with a name and a password. Times are milliseconds since the epoch. */
export interface User {
  readonly id: UserId;
  /** Unique, whatever the case of its letters. */
  readonly name: string;
  readonly role: UserRole;
  /** Whose approvals this person may answer. */
  readonly approve: ApprovalRight;
  /** False until an invitation is accepted. */
  readonly hasPassword: boolean;
  readonly createdAt: number;
  readonly signedInAt?: number;
  readonly disabledAt?: number;
}

/** `first_admin` makes the first administrator, the others set the password of a user that there is. */
export type LinkPurpose = "first_admin" | "invitation" | "password";

const PRINCIPAL_PREFIX = "user:";

/** Who a user is where turns and records are concerned. */
export function principalIdOfUser(id: UserId): PrincipalId {
  // Proof for the cast: ids of users are unique, and those of keys begin otherwise.
  return `${PRINCIPAL_PREFIX}${id}` as PrincipalId;
}

/** Undefined for a principal that is no user. */
export function userIdOfPrincipal(id: PrincipalId): UserId | undefined {
  if (!id.startsWith(PRINCIPAL_PREFIX)) return undefined;
  // Proof for the cast: the other way round of the above.
  return id.slice(PRINCIPAL_PREFIX.length) as UserId;
}

/** Equal for names that people could take for the same. */
export function nameKeyOf(name: string): string {
  return name.normalize("NFKC").trim().toLowerCase();
}
