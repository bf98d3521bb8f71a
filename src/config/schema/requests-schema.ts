import { z } from "zod";

import { PERMISSION_MODES } from "../../core/words/permission-mode.ts";
import { commandName, isRuleOrStar, permissionRules } from "./setting-formats.ts";
import { listOf, oneOf, yesOrNo } from "./setting-values.ts";
import { optionalSetting, setting } from "./setting.ts";

/** What requests may change: the fields of RequestBounds as settings. */
export const requestsSchema = z.strictObject({
  folders: setting(
    listOf("folders", (item) => item || undefined),
    {
      flag: "--request-folder <folder>",
      about: "A folder that requests may work in, with all inside, besides the profile's workspace.",
      default: "none",
      isList: true,
    },
  ),
  permissionModes: setting(
    listOf(`permission modes (${PERMISSION_MODES.join(", ")})`, (item) =>
      PERMISSION_MODES.find((mode) => mode === item),
    ),
    {
      flag: "--request-permission-mode <mode>",
      choices: PERMISSION_MODES,
      about: "A permission mode that requests may choose, besides the profile's, plan and dontAsk.",
      default: "none",
      isList: true,
    },
  ),
  builtinTools: setting(yesOrNo(), {
    flag: "--request-builtin-tools",
    about: "Requests may turn Claude Code's own tools on where the profile has them off.",
    default: "false",
  }),
  allowedTools: setting(permissionRules(isRuleOrStar), {
    flag: "--request-allowed-tool <rule>",
    about: "A permission rule that requests may add, word by word, such as Bash(npm test); * for any.",
    default: "none",
    isList: true,
  }),
  mcpServers: optionalSetting(oneOf("none", "configured", "remote", "any"), {
    flag: "--request-mcp-servers <which>",
    about:
      "MCP servers that requests may add: none; configured ones, by name; remote: also others by URL, which may reach what clients cannot; any: also commands that run on this machine.",
    default: "remote on a loopback address, else configured",
  }),
  commands: optionalSetting(listOf("names of slash commands or skills, or *", commandName), {
    flag: "--request-command <name>",
    about: "A slash command or skill that requests may run; * for any; an empty list in the file for none.",
    default: "*",
    isList: true,
  }),
});
