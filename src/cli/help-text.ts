import type { Command } from "commander";

import { SETTINGS } from "../config/schema/config-schema.ts";
import { CONFIG_FILE_VARIABLE } from "../config/sources/read-environment-settings.ts";
import type { Setting } from "../config/schema/setting.ts";
import { wrapText } from "./wrap-text.ts";

const INTRODUCTION = `Turnpike: an OpenAI-compatible server in front of your own Claude Code.
Point any OpenAI client at it; conversations stay hot from their second turn on.`;

const EXAMPLES = `Examples
  turnpike                            serve the current folder on http://127.0.0.1:4141
  turnpike --demo                     try it without an account: a scripted model answers
  turnpike --workspace ~/project --model opus

  The first start prints an API key and keeps it in the data folder. With it:

  curl http://127.0.0.1:4141/v1/chat/completions \\
    -H "Authorization: Bearer $OPENAI_API_KEY" -H "Content-Type: application/json" \\
    -d '{"model": "claude-code", "messages": [{"role": "user", "content": "Hello"}]}'

  from openai import OpenAI
  client = OpenAI(base_url="http://127.0.0.1:4141/v1", api_key="tp-...")
  client.chat.completions.create(model="claude-code", messages=[{"role": "user", "content": "Hello"}])

  Model ids: claude-code is Claude Code with its tools in the workspace; sonnet, opus and haiku are the
  bare models; claude-code/opus is Claude Code with that model. The config file adds profiles and ids.

Settings
  A flag wins over its environment variable, that over the config file, that over the default. A time is a
  number with ms, s, m, h or d (30s); a bare number counts seconds. Lists: repeat the flag, or use commas.`;

const CONFIG_FILE_EXAMPLE = `Config file (YAML or JSON; keys as config show prints them)
  server: {port: 8080}
  turns: {turnTimeout: 10m}
  mcpServers:
    docs: {command: npx, args: [-y, some-mcp-server], env: {TOKEN: "\${DOCS_TOKEN}"}}
  profiles:                                   # each is a model id, too: reviewer, reviewer/haiku
    reviewer: {model: opus, permissionMode: plan, workspace: ../reviewed, mcpServers: [docs]}
  models:
    gpt-4o: sonnet                            # another name for a configured id
    careful: {profile: reviewer, model: opus}
    "claude-*": {profile: chat}               # any id that begins like this, given to Claude Code as it is`;

/** Headings by the first part of a setting's key; several first parts may share one. */
const HEADINGS: Readonly<Record<string, string>> = {
  server: "Server",
  auth: "API keys",
  workspace: "Claude Code",
  trustedFolders: "Claude Code",
  model: "Claude Code",
  engine: "Claude Code",
  demo: "Claude Code",
  claude: "Claude Code",
  requests: "What requests may change",
  approvals: "Approvals",
  sessions: "Sessions",
  turns: "Turns",
  dataDir: "Storage",
  databaseUrl: "Storage",
  retention: "Storage",
  requestLog: "Request log",
  log: "Log",
};

/** The complete text of `turnpike --help`. `called`: how the program is called where it was started. */
export function helpText(program: Command, called = "turnpike"): string {
  const groups = Map.groupBy(SETTINGS, (setting) => HEADINGS[setting.key.split(".")[0] ?? ""] ?? "Other");
  const sections = Array.from(groups, ([heading, settings]) =>
    [`  ${heading}`, ...settings.map(describeSetting)].join("\n"),
  );
  const configFile = describeFlag(
    "--config <file>",
    `Config file. (default: config.yaml in the data folder, if it is there; ${CONFIG_FILE_VARIABLE})`,
  );
  const usage = [
    called === "turnpike" ? "Usage" : `Usage (here \`turnpike\` is called \`${called}\`)`,
    ...describeCommands(program),
  ].join("\n");
  return `${[INTRODUCTION, usage, EXAMPLES, `  Config\n${configFile}`, ...sections, CONFIG_FILE_EXAMPLE].join("\n\n")}\n`;
}

/** Each command that does something by itself, with what comes before it. */
function describeCommands(command: Command, path = ""): readonly string[] {
  return command.commands.flatMap((one) => {
    const name = one.name() === DEFAULT_COMMAND ? `[${one.name()}]` : one.name();
    if (one.commands.length > 0) return describeCommands(one, `${path}${name} `);
    return describeAt(USAGE_COLUMN, `  turnpike ${path}${name} ${one.usage()}`, one.description());
  });
}

const DEFAULT_COMMAND = "serve";

function describeSetting(setting: Setting): string {
  const shownDefault = setting.isSwitch ? undefined : setting.default;
  const facts = [shownDefault && `default: ${shownDefault}`, setting.environmentNames[0]];
  return describeFlag(setting.flag, `${setting.about} (${facts.filter(Boolean).join("; ")})`);
}

const USAGE_COLUMN = 38;
const FLAG_COLUMN = 37;
const TEXT_COLUMNS = 74;

function describeFlag(flag: string, about: string): string {
  return describeAt(FLAG_COLUMN, `    ${flag}`, about).join("\n");
}

/** On a line of its own where the name leaves no room beside it. */
function describeAt(column: number, name: string, about: string): readonly string[] {
  const lines = wrapText(about, TEXT_COLUMNS);
  const [first = "", ...others] =
    name.length < column ? [name.padEnd(column) + (lines[0] ?? ""), ...lines.slice(1)] : [name, ...lines];
  return [first, ...others.map((line) => " ".repeat(column) + line)];
}
