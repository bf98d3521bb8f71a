import type { UserLink, UserSession } from "../../core/ports/user-store.ts";
import { nameKeyOf, type User } from "../../core/words/user.ts";
import { fromStoredText, type StoredText, toStoredText } from "../database/stored-text.ts";
import type { UserLinkTable, UserSessionTable, UserTable } from "../database/tables.ts";

export function toUser(row: UserTable): User {
  return {
    id: row.id,
    name: fromStoredText(row.name),
    role: row.role,
    approve: row.approve,
    hasPassword: row.password_hash !== null,
    createdAt: row.created_at,
    ...(row.signed_in_at !== null && { signedInAt: row.signed_in_at }),
    ...(row.disabled_at !== null && { disabledAt: row.disabled_at }),
  };
}

export function fromUser(user: User, passwordHash: string | null): UserTable {
  return {
    id: user.id,
    name: toStoredText(user.name),
    name_key: storedNameKey(user.name),
    role: user.role,
    approve: user.approve,
    password_hash: passwordHash,
    created_at: user.createdAt,
    signed_in_at: user.signedInAt ?? null,
    disabled_at: user.disabledAt ?? null,
  };
}

export function storedNameKey(name: string): StoredText {
  return toStoredText(nameKeyOf(name));
}

export function toSession(row: UserSessionTable): UserSession {
  return {
    hash: row.hash,
    userId: row.user_id,
    createdAt: row.created_at,
    usedAt: row.used_at,
    expiresAt: row.expires_at,
  };
}

export function fromSession(session: UserSession): UserSessionTable {
  return {
    hash: session.hash,
    user_id: session.userId,
    created_at: session.createdAt,
    used_at: session.usedAt,
    expires_at: session.expiresAt,
  };
}

export function toLink({ hash, purpose, user_id, expires_at }: UserLinkTable): UserLink {
  return { hash, purpose, ...(user_id !== null && { userId: user_id }), expiresAt: expires_at };
}
