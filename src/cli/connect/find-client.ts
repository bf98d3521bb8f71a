import { ConfigError } from "../../config/config-error.ts";
import { nearestName } from "../../config/show/nearest-name.ts";
import type { CommandContext } from "../command-context.ts";
import { ownProgram } from "../own-command.ts";
import type { Client } from "./client.ts";
import { CLIENTS } from "./clients.ts";

/** @throws ConfigError when nobody has that name */
export function findClient(typed: string, context: Pick<CommandContext, "environment">): Client {
  const wanted = typed.toLowerCase();
  const found = CLIENTS.find(({ name, aliases = [] }) => [name, ...aliases].includes(wanted));
  if (found) return found;
  const names = CLIENTS.map(({ name }) => name);
  const nearest = nearestName(wanted, names);
  const guess = nearest === undefined ? "" : ` Did you mean ${nearest}?`;
  throw new ConfigError([
    `There is no client '${typed}'.${guess} The clients are ${names.join(", ")}; for others, \`${ownProgram(context)} connect shell\` prints the variables that most read.`,
  ]);
}
