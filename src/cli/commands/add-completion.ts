import { Argument } from "commander";

import { bashCompletion } from "../completion/bash-completion.ts";
import { completionTree } from "../completion/completion-tree.ts";
import { fishCompletion } from "../completion/fish-completion.ts";
import { zshCompletion } from "../completion/zsh-completion.ts";
import type { AddCommands } from "./add-commands.ts";

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

export const addCompletion: AddCommands = (program, context, onResult) => {
  program
    .command("completion")
    .usage("<shell>")
    .description(
      `print a script that completes commands and flags in bash, zsh or fish: eval "$(turnpike completion bash)"`,
    )
    .addArgument(new Argument("<shell>").choices(Object.keys(SCRIPTS)))
    .action((shell: keyof typeof SCRIPTS) => {
      context.terminal.print(...SCRIPTS[shell](completionTree(program, "serve")));
      onResult(0);
    });
};
