import { z } from "zod";

import { approvalsSchema } from "./approvals-schema.ts";
import { authSchema } from "./auth-schema.ts";
import { claudeSchema } from "./claude-schema.ts";
import { logSchema } from "./log-schema.ts";
import { mcpServersSchema } from "./mcp-server-schema.ts";
import { modelSchema } from "./model-schema.ts";
import { profilesSchema } from "./profile-schema.ts";
import { requestLogSchema } from "./request-log-schema.ts";
import { requestsSchema } from "./requests-schema.ts";
import { serverSchema } from "./server-schema.ts";
import { sessionsSchema } from "./sessions-schema.ts";
import { turnsSchema } from "./turns-schema.ts";
import { retention } from "./setting-formats.ts";
import { listOf, textValue, yesOrNo } from "./setting-values.ts";
import { listSettings, optionalSetting, setting } from "./setting.ts";

/** Every setting, declared once: flags, variables, the file's keys, help and `config show` are all derived from here. */
export const configSchema = z.strictObject({
  server: serverSchema.prefault({}),
  auth: authSchema.prefault({}),
  workspace: optionalSetting(textValue("a folder's path"), {
    flag: "--workspace <folder>",
    about: "The folder that Claude Code works in.",
    default: "the current folder",
  }),
  trustedFolders: setting(
    listOf("folders", (item) => item || undefined),
    {
      flag: "--trusted-folder <folder>",
      about:
        "A folder whose own settings may run programs: hooks, .mcp.json, skills. Also: turnpike trust <folder>.",
      default: "none",
      isList: true,
    },
  ),
  model: setting(textValue("a name that Claude Code takes, such as sonnet, opus or a full id"), {
    flag: "--model <name>",
    about:
      "The model behind claude-code, and behind profiles that name none; default is the account's own default.",
    default: "default",
  }),
  engine: setting(textValue("an engine's name, such as sdk or cli"), {
    flag: "--engine <sdk|cli>",
    choices: ["sdk", "cli"],
    about:
      "How Claude Code is driven: sdk, the one that comes with the Agent SDK, or cli, the one installed on this machine. Profiles may differ.",
    default: "sdk",
  }),
  demo: setting(yesOrNo(), {
    flag: "--demo",
    about: "Try everything without an account: a scripted model on this machine answers.",
    default: "false",
  }),
  claude: claudeSchema.prefault({}),
  requests: requestsSchema.prefault({}),
  approvals: approvalsSchema.prefault({}),
  sessions: sessionsSchema.prefault({}),
  turns: turnsSchema.prefault({}),
  dataDir: optionalSetting(textValue("a folder's path"), {
    flag: "--data-dir <folder>",
    about: "The folder for the database, the API key and config.yaml.",
    default: "the system's folder for application data",
  }),
  databaseUrl: optionalSetting(
    textValue("a URL such as postgres://user@host/turnpike", /^postgres(ql)?:\/\/\S+$/),
    {
      flag: "--database-url <url>",
      about: "Store in Postgres.",
      default: "SQLite in the data folder",
      isSecret: true,
    },
  ),
  retention: setting(retention(), {
    flag: "--retention <keep|none|time>",
    about: "How long the text of conversations is stored: for ever, never, or a time such as 30d.",
    default: "keep",
  }),
  requestLog: requestLogSchema.prefault({}),
  log: logSchema.prefault({}),
  mcpServers: mcpServersSchema.prefault({}),
  profiles: profilesSchema.prefault({}),
  models: z.record(z.string(), modelSchema).prefault({}),
});

export type Settings = z.output<typeof configSchema>;

export const SETTINGS = listSettings(configSchema);
