import { type Command, InvalidArgumentError } from "commander";

import { addSettingOptions, readGivenFlags } from "../setting-options.ts";
import type { AddCommands } from "./add-commands.ts";

/** They say which data folder, and so which server, a command is about. */
const FOLDER = ["dataDir"];

const JSON_FLAG = ["--json", "for programs"] as const;

/** The server in the background, and what it is doing. */
export const addDaemon: AddCommands = (program, context, onResult) => {
  addSettingOptions(program.command("start"))
    .usage("[settings]")
    .description("start the server in the background")
    .option(...JSON_FLAG)
    .action(async (_options, command: Command) => {
      const { start } = await import("../daemon/start.ts");
      onResult(await start(readGivenFlags(command), { isJson: isOn(command, "json") }, context));
    });
  addSettingOptions(program.command("status"), FOLDER)
    .usage("[--json]")
    .description("whether a server runs, and how it is; exit code 0 when it runs, 3 when not")
    .option(...JSON_FLAG)
    .action(async (_options, command: Command) => {
      const { status } = await import("../daemon/status.ts");
      onResult(await status(readGivenFlags(command), isOn(command, "json"), context));
    });
  addSettingOptions(program.command("stop"), FOLDER)
    .usage("[--now]")
    .description("end the server once its running turns are finished, or at once")
    .option("--now", "cancel running turns")
    .option(...JSON_FLAG)
    .action(async (_options, command: Command) => {
      const { stop } = await import("../daemon/stop.ts");
      onResult(await stop(readGivenFlags(command), stopOptions(command), context));
    });
  addSettingOptions(program.command("restart"), FOLDER)
    .usage("[--now]")
    .description("end it, and start it again as it was started")
    .option("--now", "cancel running turns")
    .option(...JSON_FLAG)
    .action(async (_options, command: Command) => {
      const { restart } = await import("../daemon/restart.ts");
      onResult(await restart(readGivenFlags(command), stopOptions(command), context));
    });
  addSettingOptions(program.command("logs"), FOLDER)
    .usage("[-f] [-n lines]")
    .description("the last lines of its log; -f goes on with those that come")
    .option("-f, --follow", "go on with the lines that come")
    .option("-n, --lines <number>", "how many lines", readCount, 50)
    .option(...JSON_FLAG)
    .action(async (_options, command: Command) => {
      // Proof for the cast: `readCount` has made it.
      const count = command.getOptionValue("lines") as number;
      const options = { count, isFollowing: isOn(command, "follow"), isJson: isOn(command, "json") };
      const { logs } = await import("../daemon/logs.ts");
      onResult(await logs(readGivenFlags(command), options, context));
    });
  addSettingOptions(program.command("runs"), FOLDER)
    .usage("[--json]")
    .description("the turns under way, whoever asked for them, and the latest ones")
    .option(...JSON_FLAG)
    .action(async (_options, command: Command) => {
      const { runs } = await import("../daemon/runs.ts");
      onResult(await runs(readGivenFlags(command), isOn(command, "json"), context));
    });
  addSettingOptions(program.command("tail [turn]"), FOLDER)
    .usage("[turn]")
    .description(
      "follow a turn as it happens, or tell how one ended; without an id the latest, of those under way if any are",
    )
    .option(...JSON_FLAG)
    .action(async (turn: string | undefined, _options, command: Command) => {
      const { tail } = await import("../daemon/tail.ts");
      onResult(await tail(turn, readGivenFlags(command), isOn(command, "json"), context));
    });
  addSettingOptions(program.command("cancel <turn>"), FOLDER)
    .usage("<turn>")
    .description("end a turn, waiting or running")
    .option(...JSON_FLAG)
    .action(async (turn: string, _options, command: Command) => {
      const { cancel } = await import("../daemon/cancel.ts");
      onResult(await cancel(turn, readGivenFlags(command), isOn(command, "json"), context));
    });
  const service = program.command("service").description("the server as a service of this user");
  addSettingOptions(service.command("install"))
    .usage("[settings]")
    .description("have systemd or launchd run the server from each login on")
    .option(...JSON_FLAG)
    .action(async (_options, command: Command) => {
      const { installService } = await import("../daemon/service/service.ts");
      onResult(await installService(readGivenFlags(command), isOn(command, "json"), context));
    });
  addSettingOptions(service.command("uninstall"), FOLDER)
    .usage("[--data-dir <folder>]")
    .description("no longer have it run")
    .option(...JSON_FLAG)
    .action(async (_options, command: Command) => {
      const { uninstallService } = await import("../daemon/service/service.ts");
      onResult(await uninstallService(readGivenFlags(command), isOn(command, "json"), context));
    });
};

function isOn(command: Command, name: string): boolean {
  return command.getOptionValue(name) === true;
}

function stopOptions(command: Command) {
  return { isNow: isOn(command, "now"), isJson: isOn(command, "json") };
}

function readCount(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is not a whole number.");
}
