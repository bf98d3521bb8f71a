import { Command, Help, type Option } from "commander";

import { PACKAGE_VERSION } from "../config/package-version.ts";
import type { CommandContext } from "./command-context.ts";
import type { AddCommands } from "./commands/add-commands.ts";
import { addChat } from "./commands/add-chat.ts";
import { addChannel } from "./commands/add-channel.ts";
import { addCompletion } from "./commands/add-completion.ts";
import { addConfig } from "./commands/add-config.ts";
import { addConversations } from "./commands/add-conversations.ts";
import { addConnect } from "./commands/add-connect.ts";
import { addDaemon } from "./commands/add-daemon.ts";
import { addDoctor } from "./commands/add-doctor.ts";
import { addHealth } from "./commands/add-health.ts";
import { addHelp } from "./commands/add-help.ts";
import { addKeys } from "./commands/add-keys.ts";
import { addLogin } from "./commands/add-login.ts";
import { addRequests } from "./commands/add-requests.ts";
import { addServe } from "./commands/add-serve.ts";
import { addTrust } from "./commands/add-trust.ts";
import { addUsageReport } from "./commands/add-usage-report.ts";
import { addUsers } from "./commands/add-users.ts";
import { helpText } from "./help-text.ts";
import { ownProgram } from "./own-command.ts";
import { isSettingOption, takesEverySetting } from "./setting-options.ts";

/** In the order of the help page. */
const COMMANDS: readonly AddCommands[] = [
  addServe,
  addDaemon,
  addChat,
  addUsageReport,
  addRequests,
  addConversations,
  addKeys,
  addUsers,
  addChannel,
  addConnect,
  addLogin,
  addConfig,
  addDoctor,
  addHealth,
  addTrust,
  addCompletion,
  addHelp,
];

/** The commands and their flags. `onResult` receives the exit code of the command that ran. */
export function createProgram(context: CommandContext, onResult: (exitCode: number) => void): Command {
  const { terminal } = context;
  const program = new Command("turnpike");
  // Before the commands are added, so that they inherit it.
  program.exitOverride().configureOutput({
    writeOut: (text) => terminal.print(...text.trimEnd().split("\n")),
    writeErr: (text) => terminal.printError(...text.trimEnd().split("\n")),
  });
  program.version(PACKAGE_VERSION, "-v, --version").helpCommand(false);
  for (const add of COMMANDS) add(program, context, onResult);
  for (const { command, path } of withSubcommands(program, [])) {
    const isOnMainPage = command === program || !hasOwnPage(command);
    if (isOnMainPage) command.helpInformation = () => helpText(program, ownProgram(context));
    else command.configureHelp({ visibleOptions: ownOptionsFirst });
    const called = [ownProgram(context), ...(isOnMainPage ? [] : path), "--help"].join(" ");
    command.showHelpAfterError(`Run ${called} for all ${isOnMainPage ? "settings" : "that it takes"}.`);
  }
  return program;
}

/** Whether it takes anything that the main page does not tell of. */
function hasOwnPage(command: Command): boolean {
  if (!takesEverySetting(command)) return command.options.length > 0;
  return command.options.some((option) => !isSettingOption(option) && option.long !== "--json");
}

function ownOptionsFirst(this: Help, command: Command): Option[] {
  const options = Help.prototype.visibleOptions.call(this, command);
  return options.toSorted((one, other) => Number(isSettingOption(one)) - Number(isSettingOption(other)));
}

interface PlacedCommand {
  readonly command: Command;
  /** The words that call it. */
  readonly path: readonly string[];
}

function withSubcommands(command: Command, path: readonly string[]): readonly PlacedCommand[] {
  const below = command.commands.flatMap((one) => withSubcommands(one, [...path, one.name()]));
  return [{ command, path }, ...below];
}
