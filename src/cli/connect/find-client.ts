import { ConfigError } from "../../config/config-error.ts";
import { nearestName } from "../../config/show/nearest-name.ts";
import type { CommandContext } from "../command-context.ts";
import { ownProgram } from "../own-command.ts";
import type { Client } from "./client.ts";
import { aider } from "./clients/aider.ts";
import { claudeCode } from "./clients/claude-code.ts";
import { cline } from "./clients/cline.ts";
import { codex } from "./clients/codex.ts";
import { continueClient } from "./clients/continue.ts";
import { langchain } from "./clients/langchain.ts";
import { librechat } from "./clients/librechat.ts";
import { openWebui } from "./clients/open-webui.ts";
import { opencode } from "./clients/opencode.ts";
import { qwen } from "./clients/qwen.ts";
import { roo } from "./clients/roo.ts";
import { shell } from "./clients/shell.ts";
import { zed } from "./clients/zed.ts";

export const CLIENTS: readonly Client[] = [
  opencode,
  codex,
  claudeCode,
  qwen,
  continueClient,
  aider,
  zed,
  cline,
  roo,
  openWebui,
  librechat,
  langchain,
  shell,
];

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
