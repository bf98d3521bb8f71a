import type { openUserSource } from "../../compose/open-user-source.ts";
import {
  formatInvited,
  formatUser,
  formatUserLink,
  formatUserList,
} from "../../protocols/admin/format-user.ts";
import { parseAdminBody } from "../../protocols/admin/parse-admin-body.ts";
import {
  type InvitedUserBody,
  newUserSchema,
  type RemovedUserBody,
  type UserBody,
  userChangesSchema,
  type UserLinkBody,
  type UserListBody,
} from "../../protocols/admin/user-schemas.ts";
import type { AskAdminApi } from "../ask-admin-api.ts";

/** Bodies as the admin API takes and gives them. Methods reject with ControlError, NoAnswerError or AppError. */
export interface UserClient {
  list(): Promise<UserListBody>;
  invite(body: object): Promise<InvitedUserBody>;
  change(id: string, body: object): Promise<UserBody>;
  link(id: string): Promise<UserLinkBody>;
  remove(id: string): Promise<RemovedUserBody>;
}

const PATH = "/admin/api/users";

/** Asks the server, for which a change counts at once. */
export function askServerForUsers(ask: AskAdminApi): UserClient {
  return {
    list: () => ask("GET", PATH),
    invite: (body) => ask("POST", PATH, body),
    change: (id, body) => ask("POST", pathOf(id), body),
    link: (id) => ask("POST", `${pathOf(id)}/link`, {}),
    remove: (id) => ask("DELETE", pathOf(id)),
  };
}

function pathOf(id: string): string {
  return `${PATH}/${encodeURIComponent(id)}`;
}

type UserSource = Pick<Awaited<ReturnType<typeof openUserSource>>, "users" | "audit">;

/**
 * Changes the database itself. Nobody runs turns meanwhile, so whoever can do this may give any right. What changes goes into the audit
 * log as over the admin API. `serverUrl`: where the server will be.
 */
export function changeUsersInDatabase({ users, audit }: UserSource, serverUrl: string): UserClient {
  // Proof for the cast: it is only told.
  const by = { id: "local" as never, mayApprove: "all" } as const;
  const note = (action: string, target: string, sides: { before?: object; after?: object } = {}) =>
    audit.record({ by: by.id, action, target, ...sides });
  return {
    list: async () => formatUserList(await users.list()),
    async invite(body) {
      const { name, role, approve } = parseAdminBody(newUserSchema, body);
      const invited = await users.invite({ name, role, ...(approve && { approve }) }, by);
      await note("users.create", invited.user.id, { after: formatUser(invited.user) });
      return formatInvited(invited, serverUrl);
    },
    async change(id, body) {
      const { disabled, ...rest } = parseAdminBody(userChangesSchema, body);
      const before = formatUser(await users.find(id));
      const after = formatUser(await users.change(id, { ...rest, isDisabled: disabled }, by));
      await note("users.change", id, { before, after });
      return after;
    },
    async link(id) {
      const link = await users.link(id, by);
      await note("users.link", id);
      return formatUserLink(link, serverUrl);
    },
    async remove(id) {
      const removed = await users.remove(id, by);
      await note("users.delete", id, { before: formatUser(removed) });
      return { id: removed.id, object: "user.deleted", deleted: true };
    },
  };
}
