import { localUrl } from "../../lib/local-url.ts";
import type {
  InvitedUserBody,
  RemovedUserBody,
  UserBody,
  UserLinkBody,
} from "../../protocols/admin/user-schemas.ts";
import type { Config } from "../../config/config.ts";
import type { CommandContext } from "../command-context.ts";
import { ControlError } from "../daemon/control-client.ts";
import { ownCommand } from "../own-command.ts";
import { printJson } from "../print-json.ts";
import { reachAdminApi } from "../reach-admin-api.ts";
import type { GivenFlags } from "../setting-options.ts";
import type { Line } from "../../lib/styled-line.ts";
import { formatNewLink, formatUserTable } from "./format-users.ts";
import { askServerForUsers, changeUsersInDatabase, type UserClient } from "./user-client.ts";

/** What a command of `turnpike users` does. `user`: a name or an id. */
export type UserCommand =
  | { readonly type: "list" }
  | { readonly type: "invite"; readonly body: object }
  | { readonly type: "change"; readonly user: string; readonly body: object }
  | { readonly type: "link"; readonly user: string }
  | { readonly type: "remove"; readonly user: string };

/**
 * `turnpike users`: asks the server of the data folder, or changes the database where none runs. Resolves with the exit code.
 * @throws ConfigError when the settings cannot be used
 */
export async function usersCommand(
  command: UserCommand,
  given: GivenFlags,
  isJson: boolean,
  context: CommandContext,
): Promise<number> {
  const { terminal, clock } = context;
  const tell = async (users: UserClient, config: Config) => {
    const own = (asked: string) => ownCommand(asked, config, context);
    const told = await run(command, users, own);
    if (isJson) printJson(told, terminal);
    else terminal.print(...describe(told, own));
  };
  return reachAdminApi(given, context, {
    byServer: (ask, config) => tell(askServerForUsers(ask), config),
    async byDatabase(config) {
      const { openUserSource } = await import("../../compose/open-user-source.ts");
      const source = await openUserSource(config, clock);
      const { host, port } = config.server;
      try {
        await tell(changeUsersInDatabase(source, localUrl(host, port)), config);
      } finally {
        await source.close();
      }
    },
  });
}

/** A command of ours as it is called here. */
type Own = (asked: string) => string;

async function run(command: UserCommand, users: UserClient, own: Own) {
  switch (command.type) {
    case "list":
      return users.list();
    case "invite":
      return users.invite(command.body);
    case "change":
      return users.change(await findUser(users, command.user, own), command.body);
    case "link":
      return users.link(await findUser(users, command.user, own));
    case "remove":
      return users.remove(await findUser(users, command.user, own));
  }
}

function describe(told: Awaited<ReturnType<typeof run>>, own: Own): readonly Line[] {
  if ("data" in told) {
    if (told.data.length > 0) return formatUserTable(told.data);
    return [`There are no users. Invite one: ${own("users invite NAME --role admin")}`];
  }
  switch (told.object) {
    case "user":
      return isInvited(told) ? describeInvitation(told) : formatUserTable([told]);
    case "user_link":
      return describeLink(told);
    case "user.deleted":
      return describeRemoval(told);
  }
}

function isInvited(user: UserBody | InvitedUserBody): user is InvitedUserBody {
  return "link" in user;
}

function describeInvitation({
  name,
  role,
  approve,
  link,
  link_expires_at,
}: InvitedUserBody): readonly Line[] {
  const lines = formatNewLink(
    `${name} (${role}) is invited, and accepts with this link:`,
    link,
    link_expires_at,
  );
  if (role !== "admin" || approve === "all") return lines;
  return [
    ...lines,
    `This administrator may not answer everybody's approvals (${approve}): set TURNPIKE_APPROVER_KEY to the approver key to give that right.`,
  ];
}

function describeLink({ link, expires_at }: UserLinkBody): readonly Line[] {
  return formatNewLink("This link sets the password:", link, expires_at);
}

function describeRemoval({ id }: RemovedUserBody): readonly Line[] {
  return [`Removed: ${id}`];
}

/** The id of the user that a person means: by id, or by name whatever the case. */
async function findUser(users: UserClient, asked: string, own: Own): Promise<string> {
  const { data } = await users.list();
  const found =
    data.find(({ id }) => id === asked) ??
    data.find(({ name }) => name.toLowerCase() === asked.trim().toLowerCase());
  if (found) return found.id;
  throw new ControlError(
    404,
    `There is no user '${asked}'. ${own("users list")} shows those that there are.`,
  );
}
