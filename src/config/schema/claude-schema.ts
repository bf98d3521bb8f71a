import { z } from "zod";

import { variableName } from "./setting-formats.ts";
import { listOf, textValue, yesOrNo } from "./setting-values.ts";
import { optionalSetting, setting } from "./setting.ts";

export const claudeSchema = z.strictObject({
  passEnvironment: setting(listOf("names of environment variables", variableName), {
    flag: "--pass-environment <name>",
    about: "A further environment variable that Claude Code gets, such as a token one of its tools needs.",
    default: "none",
    isList: true,
  }),
  executable: optionalSetting(textValue("a file's path"), {
    flag: "--claude <file>",
    formerFlag: "--claude-executable",
    about: "Another Claude Code binary.",
    default: "the one that comes with the Agent SDK; with --engine cli the installed one",
  }),
  allowBypass: setting(yesOrNo(), {
    flag: "--allow-bypass-permissions",
    about:
      "Profiles and requests may use the permission mode bypassPermissions, in which nothing is asked. Not as root, unless in a container that says so (IS_SANDBOX=1).",
    default: "false",
  }),
});
