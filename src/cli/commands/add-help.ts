import { Argument, type Command } from "commander";

import type { AddCommands } from "./add-commands.ts";

export const addHelp: AddCommands = (program) => {
  const argument = new Argument("[commands...]");
  // For the completion of shells: of a word that is no command it shows the page above.
  argument.argChoices = program.commands.map((one) => one.name());
  program
    .command("help")
    .usage("| --help | --version")
    .description("this page; which version this is (-h, -v)")
    .addArgument(argument)
    .action((names: readonly string[]) => names.reduce(findBelow, program).outputHelp());
};

function findBelow(command: Command, name: string): Command {
  return command.commands.find((one) => one.name() === name) ?? command;
}
