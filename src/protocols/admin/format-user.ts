import type { UserLink } from "../../core/ports/user-store.ts";
import type { User } from "../../core/words/user.ts";
import type {
  InvitedUserBody,
  LinkBody,
  SessionBody,
  UserBody,
  UserLinkBody,
  UserListBody,
} from "./user-schemas.ts";

/** A link's token; `expiresAt` in milliseconds since the epoch. */
interface NewLink {
  readonly token: string;
  readonly expiresAt: number;
}

export function formatUser(user: User): UserBody {
  return {
    id: user.id,
    object: "user",
    name: user.name,
    role: user.role,
    approve: user.approve,
    status: statusOf(user),
    created_at: user.createdAt,
    signed_in_at: user.signedInAt ?? null,
  };
}

export function formatUserList(users: readonly User[]): UserListBody {
  return { object: "list", data: users.map(formatUser) };
}

/** `serverUrl`: without a path. */
export function formatInvited(
  { user, link }: { readonly user: User; readonly link: NewLink },
  serverUrl: string,
): InvitedUserBody {
  return { ...formatUser(user), link: urlOfLink(link.token, serverUrl), link_expires_at: link.expiresAt };
}

export function formatUserLink(
  { user, link }: { readonly user: User; readonly link: NewLink },
  serverUrl: string,
): UserLinkBody {
  return {
    object: "user_link",
    user_id: user.id,
    link: urlOfLink(link.token, serverUrl),
    expires_at: link.expiresAt,
  };
}

/** The token is behind the `#`, which browsers keep to themselves: no log of a server or proxy holds it. */
export function urlOfLink(token: string, serverUrl: string): string {
  return `${serverUrl}/dashboard/welcome#${token}`;
}

export function formatSession(
  { id, name, role }: User,
  { csrfToken, endsAt }: { readonly csrfToken: string; readonly endsAt: number },
): SessionBody {
  return { object: "session", user: { id, name, role }, csrf_token: csrfToken, expires_at: endsAt };
}

export function formatLink({ link, user }: { readonly link: UserLink; readonly user?: User }): LinkBody {
  return {
    object: "link",
    purpose: link.purpose,
    name: user?.name ?? null,
    role: user?.role ?? "admin",
    expires_at: link.expiresAt,
  };
}

function statusOf({ disabledAt, hasPassword }: User): UserBody["status"] {
  if (disabledAt !== undefined) return "disabled";
  return hasPassword ? "active" : "invited";
}
