import { SETTINGS } from "../config/schema/config-schema.ts";
import { CONFIG_FILE_VARIABLE } from "../config/sources/read-environment-settings.ts";
import type { Setting } from "../config/schema/setting.ts";
import { wrapText } from "./wrap-text.ts";

const INTRODUCTION = `Turnpike: an OpenAI-compatible server in front of your own Claude Code.
Point any OpenAI client at it; conversations stay hot from their second turn on.

Usage
  turnpike [serve] [settings]         start the server
  turnpike config show [settings]     show every setting and where it comes from (--json for programs)
  turnpike doctor [settings]          check all that the server needs, and change nothing (--json for programs);
                                      --live has the model haiku say a word, too: some hundred tokens
  turnpike trust [folder] [--remove]  let a folder's own hooks, MCP servers and skills run, or no longer
  turnpike help | --help | --version  this page; which version this is (-h, -v)

Examples
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
  demo: "Claude Code",
  claude: "Claude Code",
  requests: "What requests may change",
  approvals: "Approvals",
  sessions: "Sessions",
  turns: "Turns",
  dataDir: "Storage",
  databaseUrl: "Storage",
  retention: "Storage",
  log: "Log",
};

/** The complete text of `turnpike --help`. */
export function helpText(): string {
  const groups = Map.groupBy(SETTINGS, (setting) => HEADINGS[setting.key.split(".")[0] ?? ""] ?? "Other");
  const sections = Array.from(groups, ([heading, settings]) =>
    [`  ${heading}`, ...settings.map(describeSetting)].join("\n"),
  );
  const configFile = describeFlag(
    "--config <file>",
    `Config file. (default: config.yaml in the data folder, if it is there; ${CONFIG_FILE_VARIABLE})`,
  );
  return `${[INTRODUCTION, `  Config\n${configFile}`, ...sections, CONFIG_FILE_EXAMPLE].join("\n\n")}\n`;
}

function describeSetting(setting: Setting): string {
  const shownDefault = setting.isSwitch ? undefined : setting.default;
  const facts = [shownDefault && `default: ${shownDefault}`, setting.environmentNames[0]];
  return describeFlag(setting.flag, `${setting.about} (${facts.filter(Boolean).join("; ")})`);
}

const FLAG_COLUMNS = 37;
const TEXT_COLUMNS = 74;

function describeFlag(flag: string, about: string): string {
  return wrapText(about, TEXT_COLUMNS)
    .map((line, index) => (index === 0 ? `    ${flag}` : "").padEnd(FLAG_COLUMNS) + line)
    .join("\n");
}
