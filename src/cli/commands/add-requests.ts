import { type Command, Option } from "commander";

import { ConfigError } from "../../config/config-error.ts";
import type { RequestParameter } from "../../protocols/admin/parse-request-query.ts";
import { addSettingOptions, completing, readGivenFlags } from "../setting-options.ts";
import { readMoment } from "../usage/read-moment.ts";
import type { AddCommands } from "./add-commands.ts";

/** Where the record is. */
const SETTINGS = ["dataDir", "databaseUrl"];

type Filter = readonly [flag: string, about: string, choices?: readonly string[]];

const FORMATS = ["ndjson", "csv"];

/** Flags that restrict, by the query parameters that they become. */
const FILTERS = {
  since: ["--since <time>", "a date such as 2026-11-01, or a time ago such as 7d or 12h"],
  until: ["--until <time>", "the same"],
  principal: ["--key <id>", "of one key, by the id that usage --by key prints"],
  model: ["--model <id>", "as it was asked for, or Claude's own name"],
  profile: ["--profile <name>", "of one profile"],
  protocol: [
    "--protocol <name>",
    "that they came by",
    ["chat-completions", "completions", "responses", "messages"],
  ],
  status: ["--status <code>", "with this HTTP status"],
  error: ["--error <kind>", "a kind such as queue-full; any, or none"],
  client: ["--client <name>", "of a program, as it names itself"],
  conversation: ["--conversation <name>", "of a conversation, by its name or id"],
  placement: ["--placement <where>", "where they ran", ["hot", "spare", "cold", "resumed", "imported"]],
  slower_than_ms: ["--slower-than <ms>", "that took at least this long"],
} as const satisfies Readonly<Record<RequestParameter, Filter>>;

/** `turnpike requests`, with `show` and `export`. */
export const addRequests: AddCommands = (program, context, onResult) => {
  const requests = program.command("requests").description("the requests on record");
  withFilters(requests.command("list", { isDefault: true }))
    .usage("[--since 1h] [--error any] [--model opus] [-n 50] [-f]")
    .description("the latest requests that fit, with a server or without; -f: as they end")
    .option("-n, --limit <number>", "how many", "50")
    .option("-f, --follow", "go on with those that come, of any kind")
    .option("--json", "for programs")
    .action(async (_options, command: Command) => {
      const shown = { isJson: command.getOptionValue("json") === true };
      const given = readGivenFlags(command, SETTINGS);
      const { followRequestsCommand, listRequestsCommand } = await import("../requests/requests.ts");
      if (command.getOptionValue("follow") === true) {
        return onResult(await followRequestsCommand(given, shown, context));
      }
      const query = {
        ...readFilters(command, context.clock()),
        limit: String(command.getOptionValue("limit")),
      };
      onResult(await listRequestsCommand(given, query, shown, context));
    });
  addSettingOptions(requests.command("show <id>"), SETTINGS)
    .usage("<id>")
    .description("one request, by its id (X-Request-Id), or by that of its turn, response or completion")
    .option("--json", "for programs")
    .action(async (id: string, _options, command: Command) => {
      const shown = { isJson: command.getOptionValue("json") === true };
      const { showRequestCommand } = await import("../requests/requests.ts");
      onResult(await showRequestCommand(id, readGivenFlags(command, SETTINGS), shown, context));
    });
  withFilters(requests.command("export"))
    .usage("[--format ndjson|csv] [--since 30d]")
    .description("all requests that fit, on stdout, the latest first")
    .addOption(completing(new Option("--format <format>", "of the lines").default("ndjson"), FORMATS))
    .action(async (_options, command: Command) => {
      const query = {
        ...readFilters(command, context.clock()),
        format: String(command.getOptionValue("format")),
      };
      const { exportRequestsCommand } = await import("../requests/requests.ts");
      onResult(await exportRequestsCommand(readGivenFlags(command, SETTINGS), query, context));
    });
};

function withFilters(command: Command): Command {
  addSettingOptions(command, SETTINGS);
  for (const [flag, about, choices] of Object.values<Filter>(FILTERS)) {
    command.addOption(completing(new Option(flag, about), choices));
  }
  return command;
}

/** @throws ConfigError for a time that is none */
function readFilters(command: Command, now: number): Readonly<Record<string, string>> {
  const query: Record<string, string> = {};
  for (const [name, [flag]] of Object.entries(FILTERS)) {
    const option = command.options.find(({ flags }) => flags === flag);
    const value: unknown = option && command.getOptionValue(option.attributeName());
    if (typeof value !== "string") continue;
    query[name] = name === "since" || name === "until" ? toMoment(flag, value, now) : value;
  }
  return query;
}

function toMoment(flag: string, text: string, now: number): string {
  const at = readMoment(text, now, false);
  if (at !== undefined) return String(at);
  const [name] = flag.split(" ");
  throw new ConfigError([`${name}: expected a date such as 2026-11-01, or a time ago such as 7d or 12h.`]);
}
