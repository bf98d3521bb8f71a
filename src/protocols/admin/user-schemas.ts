import * as z from "zod";

import { APPROVAL_RIGHTS } from "../../core/words/api-key.ts";
import { USER_ROLES } from "../../core/words/user.ts";
import { visibleName } from "./visible-name.ts";

const name = visibleName(64);
const newPassword = z.string().min(10).max(256);
/** What somebody types, right or wrong. */
const typed = z.string().max(256);
const token = z.string().min(1).max(128);

export const signInSchema = z.strictObject({ name: z.string().max(256), password: typed });

export const passwordChangeSchema = z.strictObject({ current_password: typed, new_password: newPassword });

export const linkLookSchema = z.strictObject({ token });

/** `name` only where the link makes the first administrator. */
export const linkUseSchema = z.strictObject({ token, name: name.optional(), password: newPassword });

export const newUserSchema = z.strictObject({
  name,
  role: z.enum(USER_ROLES),
  /** Default: for an administrator that of who invites. */
  approve: z.enum(APPROVAL_RIGHTS).optional(),
});

/** What is absent stays. */
export const userChangesSchema = z.strictObject({
  role: z.enum(USER_ROLES).optional(),
  approve: z.enum(APPROVAL_RIGHTS).optional(),
  disabled: z.boolean().optional(),
});

/** A user as told. Times are milliseconds since the epoch. */
export const userSchema = z.object({
  id: z.string(),
  object: z.literal("user"),
  name: z.string(),
  role: z.enum(USER_ROLES),
  /** Whose approvals this user may answer. */
  approve: z.enum(APPROVAL_RIGHTS),
  status: z.enum(["active", "invited", "disabled"]),
  created_at: z.number(),
  signed_in_at: z.number().nullable(),
});

export const userListSchema = z.object({ object: z.literal("list"), data: z.array(userSchema) });

/** The link is told this once. */
export const invitedUserSchema = userSchema.extend({ link: z.string(), link_expires_at: z.number() });

export const userLinkSchema = z.object({
  object: z.literal("user_link"),
  user_id: z.string(),
  link: z.string(),
  expires_at: z.number(),
});

export const removedUserSchema = z.object({
  id: z.string(),
  object: z.literal("user.deleted"),
  deleted: z.literal(true),
});

export const sessionSchema = z.object({
  object: z.literal("session"),
  user: z.object({ id: z.string(), name: z.string(), role: z.enum(USER_ROLES) }),
  /** For the header X-CSRF-Token of whatever changes something. */
  csrf_token: z.string(),
  /** When it ends, unless it is used before. */
  expires_at: z.number(),
});

export const signedOutSchema = z.object({ object: z.literal("session.deleted"), deleted: z.literal(true) });

export const linkSchema = z.object({
  object: z.literal("link"),
  purpose: z.enum(["first_admin", "invitation", "password"]),
  /** Null: whoever uses it chooses one. */
  name: z.string().nullable(),
  role: z.enum(USER_ROLES),
  expires_at: z.number(),
});

export type UserBody = z.output<typeof userSchema>;
export type UserListBody = z.output<typeof userListSchema>;
export type InvitedUserBody = z.output<typeof invitedUserSchema>;
export type UserLinkBody = z.output<typeof userLinkSchema>;
export type RemovedUserBody = z.output<typeof removedUserSchema>;
export type SessionBody = z.output<typeof sessionSchema>;
export type LinkBody = z.output<typeof linkSchema>;
