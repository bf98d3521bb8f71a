import type { KeyBody, KeyWithSecretBody } from "../../protocols/admin/key-schemas.ts";
import type { Config } from "../../config/config.ts";
import type { CommandContext } from "../command-context.ts";
import { ControlError } from "../daemon/control-client.ts";
import { printJson } from "../print-json.ts";
import { reachAdminApi } from "../reach-admin-api.ts";
import { ownCommand } from "../own-command.ts";
import type { GivenFlags } from "../setting-options.ts";
import { formatKeyTable, formatNewSecret } from "./format-keys.ts";
import { askServerForKeys, changeKeysInDatabase, type KeyClient } from "./key-client.ts";

/** What a command of `turnpike keys` does, and how it tells it. */
export type KeyCommand =
  | { readonly type: "list"; readonly isAll: boolean }
  | { readonly type: "create"; readonly body: object }
  | { readonly type: "set"; readonly key: string; readonly body: object }
  | { readonly type: "rotate"; readonly key: string; readonly body: object }
  | { readonly type: "revoke"; readonly key: string };

/**
 * `turnpike keys`: asks the server of the data folder, or changes the database where none runs. Resolves with the exit code.
 * @throws ConfigError when the settings cannot be used
 */
export async function keysCommand(
  command: KeyCommand,
  given: GivenFlags,
  isJson: boolean,
  context: CommandContext,
): Promise<number> {
  const { terminal, clock } = context;
  const tell = async (keys: KeyClient, config: Config) => {
    const own = (asked: string) => ownCommand(asked, config, context);
    const told = await run(command, keys, own);
    if (isJson) printJson(told, terminal);
    else if ("data" in told && told.data.length === 0)
      terminal.print(`There are no keys in the database. Make one: ${own("keys create NAME")}`);
    else if ("data" in told) terminal.print(...formatKeyTable(told.data, clock()));
    else if (hasSecret(told)) terminal.print(...formatNewSecret(told));
    else terminal.print(...formatKeyTable([told], clock()));
  };
  return reachAdminApi(given, context, {
    byServer: (ask, config) => tell(askServerForKeys(ask), config),
    async byDatabase(config) {
      const { openKeySource } = await import("../../compose/open-key-source.ts");
      const source = await openKeySource(config, clock);
      try {
        await tell(changeKeysInDatabase(source, clock), config);
      } finally {
        await source.close();
      }
    },
  });
}

/** A command of ours as it is called here. */
type Own = (asked: string) => string;

async function run(command: KeyCommand, keys: KeyClient, own: Own) {
  switch (command.type) {
    case "list": {
      const list = await keys.list();
      return command.isAll ? list : { ...list, data: list.data.filter(({ status }) => status !== "revoked") };
    }
    case "create":
      return keys.create(command.body);
    case "set":
      return keys.set(await findKey(keys, command.key, own), command.body);
    case "rotate":
      return keys.rotate(await findKey(keys, command.key, own), command.body);
    case "revoke":
      return keys.revoke(await findKey(keys, command.key, own));
  }
}

/** The id of the one key that a person means: by its id, its name, or the beginning of its secret as the list shows it. */
async function findKey(keys: KeyClient, asked: string, own: Own): Promise<string> {
  const { data } = await keys.list();
  const byId = data.find(({ id }) => id === asked);
  if (byId) return byId.id;
  const fitting = data.filter((key) => key.status !== "revoked" && isCalled(key, asked));
  const [key] = fitting;
  if (!key)
    throw new ControlError(
      404,
      `There is no key '${asked}'. ${own("keys list")} shows those that there are.`,
    );
  if (fitting.length === 1) return key.id;
  const ids = fitting.map(({ id }) => id).join(", ");
  throw new ControlError(409, `Several keys are called '${asked}'. Say which by its id: ${ids}.`);
}

function isCalled({ name, prefix }: KeyBody, asked: string): boolean {
  return name === asked || prefix === asked.replace(/…$/, "");
}

function hasSecret(told: KeyBody | KeyWithSecretBody): told is KeyWithSecretBody {
  return "key" in told;
}
