import { Argument, type Command } from "commander";

import { CLIENTS } from "../connect/clients.ts";
import { readGivenFlags, addSettingOptions } from "../setting-options.ts";
import type { AddCommands } from "./add-commands.ts";

/** Those that say where the server is and which key it takes. */
const SETTINGS = ["server.host", "server.port", "auth.noAuth", "dataDir"];

export const addConnect: AddCommands = (program, context, onResult) => {
  const argument = new Argument("[client]", "its name; without one, the clients are listed");
  // For the completion of shells only: other names are known too, and an unknown one gets an error of our own.
  argument.argChoices = CLIENTS.map(({ name }) => name);
  addSettingOptions(program.command("connect"), SETTINGS)
    .addArgument(argument)
    .usage("[client]")
    .description(
      "make a client use the server: opencode, codex, claude-code, qwen, continue, aider, zed … (--help tells more)",
    )
    .option("--url <address>", "the server; default: the one that runs, else the one of the settings")
    .option("--key <key>", "an API key; default: the server's own")
    .option("--model <id>", "the model; default: sonnet")
    .option("--no-default", "leave the client's default model as it is")
    .option("--file <path>", "write this file in place of the client's own")
    .option("--print", "print what belongs in the file, and write nothing")
    .option("-y, --yes", "write without asking")
    .option("--json", "for programs; writes only with --yes")
    .action(async (client: string | undefined, _options, command: Command) => {
      const text = (name: string): string | undefined => {
        const value: unknown = command.getOptionValue(name);
        return typeof value === "string" ? value : undefined;
      };
      const given = Object.fromEntries(
        ["url", "key", "model", "file"].flatMap((name) => {
          const value = text(name);
          return value === undefined ? [] : [[name, value]];
        }),
      );
      const request = {
        ...given,
        ...(client !== undefined && { client }),
        isDefault: command.getOptionValue("default") === true,
        isSure: command.getOptionValue("yes") === true,
        isPrint: command.getOptionValue("print") === true,
        isJson: command.getOptionValue("json") === true,
      };
      // Loaded only here: no other command edits files of clients.
      const { connect } = await import("../connect/connect.ts");
      onResult(await connect(request, readGivenFlags(command, SETTINGS), context));
    });
};
