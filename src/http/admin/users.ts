import type { ServerFacts } from "../../core/words/server-facts.ts";
import {
  formatInvited,
  formatUser,
  formatUserLink,
  formatUserList,
} from "../../protocols/admin/format-user.ts";
import { parseAdminBody } from "../../protocols/admin/parse-admin-body.ts";
import {
  invitedUserSchema,
  newUserSchema,
  removedUserSchema,
  userChangesSchema,
  userLinkSchema,
  userListSchema,
  userSchema,
} from "../../protocols/admin/user-schemas.ts";
import type { UserAdmin } from "../../service/people/user-admin.ts";
import { idOf } from "../id-of.ts";
import type { AppContext } from "../app-env.ts";
import { readJsonBody } from "../body/read-json-body.ts";
import { requireIdentity } from "../require-principal.ts";
import type { AdminRoute } from "./admin-route.ts";
import { MAX_ADMIN_BODY_BYTES } from "./max-admin-body.ts";
import { noteChange } from "./note-change.ts";

interface Dependencies {
  readonly users: UserAdmin;
  readonly server: () => ServerFacts;
}

/** People who may sign in. A link is told where it was made, and never again. */
export function userRoutes({ users, server }: Dependencies): readonly AdminRoute[] {
  return [
    {
      method: "get",
      path: "/admin/api/users",
      role: "viewer",
      description: { summary: "Everybody who may sign in, the oldest first.", answer: userListSchema },
      handle: async (context) => context.json(formatUserList(await users.list())),
    },
    {
      method: "post",
      path: "/admin/api/users",
      role: "admin",
      description: {
        summary: "Invite somebody. The link to accept it with is told this once.",
        body: newUserSchema,
        answer: invitedUserSchema,
        status: 201,
      },
      handle: async (context) => {
        const { name, role, approve } = parseAdminBody(newUserSchema, await readBody(context));
        const asked = { name, role, ...(approve && { approve }) };
        const invited = await users.invite(asked, requireIdentity(context));
        noteChange(context, { target: invited.user.id, after: formatUser(invited.user) });
        return tellLink(context, formatInvited(invited, server().url), 201);
      },
    },
    {
      method: "post",
      path: "/admin/api/users/:id",
      role: "admin",
      description: {
        summary: "Change what a user may do, at once. One that is disabled is signed out everywhere.",
        body: userChangesSchema,
        answer: userSchema,
      },
      handle: async (context) => {
        const { disabled, ...rest } = parseAdminBody(userChangesSchema, await readBody(context));
        const change = { ...rest, isDisabled: disabled };
        const before = formatUser(await users.find(idOf(context)));
        const user = formatUser(await users.change(idOf(context), change, requireIdentity(context)));
        noteChange(context, { before, after: user });
        return context.json(user);
      },
    },
    {
      method: "post",
      path: "/admin/api/users/:id/link",
      role: "admin",
      description: {
        summary: "Make a link with which a user sets the password, told this once. Earlier ones end.",
        answer: userLinkSchema,
      },
      handle: async (context) => {
        const made = await users.link(idOf(context), requireIdentity(context));
        return tellLink(context, formatUserLink(made, server().url), 200);
      },
    },
    {
      method: "delete",
      path: "/admin/api/users/:id",
      role: "admin",
      description: { summary: "Remove a user, who is signed out everywhere.", answer: removedUserSchema },
      handle: async (context) => {
        const removed = await users.remove(idOf(context), requireIdentity(context));
        noteChange(context, { before: formatUser(removed) });
        return context.json({ id: removed.id, object: "user.deleted", deleted: true });
      },
    },
  ];
}

function tellLink(context: AppContext, body: object, status: 200 | 201): Response {
  context.header("Cache-Control", "no-store");
  return context.json(body, status);
}

function readBody(context: AppContext): Promise<unknown> {
  return readJsonBody(context, MAX_ADMIN_BODY_BYTES);
}
