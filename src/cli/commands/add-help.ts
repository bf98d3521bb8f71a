import type { Command } from "commander";

import type { AddCommands } from "./add-commands.ts";

export const addHelp: AddCommands = (program) => {
  program
    .command("help")
    .usage("| --help | --version")
    .description("this page; which version this is (-h, -v)")
    .argument("[commands...]")
    .action((names: readonly string[]) => names.reduce(findBelow, program).outputHelp());
};

function findBelow(command: Command, name: string): Command {
  return command.commands.find((one) => one.name() === name) ?? command;
}
