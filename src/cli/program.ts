import { Command } from "commander";

import { PACKAGE_VERSION } from "../config/package-version.ts";
import type { CommandContext } from "./command-context.ts";
import { configShow } from "./config-show.ts";
import { doctor } from "./doctor.ts";
import { helpText } from "./help-text.ts";
import { serve } from "./serve.ts";
import { addSettingOptions, readGivenFlags } from "./setting-options.ts";
import { trust } from "./trust/trust.ts";

const COMMANDS = "The commands are serve (also without its name), config show, doctor, trust and help.";

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

  const serveCommand = addSettingOptions(program.command("serve", { isDefault: true }))
    .allowExcessArguments()
    .action(async (_options, command: Command) => {
      // An unknown command ends up here, because serve is the default command.
      const [unknown] = command.args;
      if (unknown !== undefined) command.error(`error: unknown command '${unknown}'. ${COMMANDS}`);
      onResult(await serve(readGivenFlags(command), context));
    });
  const config = program.command("config");
  const showCommand = addSettingOptions(config.command("show", { isDefault: true }))
    .option("--json")
    .action((_options, command: Command) =>
      onResult(configShow(readGivenFlags(command), command.getOptionValue("json") === true, context)),
    );

  const doctorCommand = addSettingOptions(program.command("doctor"))
    .option("--json")
    .option("--live")
    .action(async (_options, command: Command) => {
      const isGiven = (name: string) => command.getOptionValue(name) === true;
      const request = { isJson: isGiven("json"), isLive: isGiven("live") };
      onResult(await doctor(readGivenFlags(command), request, context));
    });

  const trustCommand = addSettingOptions(program.command("trust [folder]"))
    .option("--remove")
    .action(async (folder: string | undefined, _options, command: Command) => {
      const isRemoval = command.getOptionValue("remove") === true;
      const request = { ...(folder !== undefined && { folder }), isRemoval };
      onResult(await trust(request, readGivenFlags(command), context));
    });

  const helpCommand = program
    .command("help")
    // Whatever the topic, there is only one help page.
    .argument("[commands...]")
    .action(() => program.outputHelp());

  const commands = [serveCommand, config, showCommand, doctorCommand, trustCommand, helpCommand];
  for (const command of [program, ...commands]) {
    command.helpInformation = helpText;
    command.showHelpAfterError("Run turnpike --help for all settings.");
  }
  return program;
}
