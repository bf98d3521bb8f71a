import { z } from "zod";

import { oneOf, textValue, yesOrNo } from "./setting-values.ts";
import { optionalSetting, setting } from "./setting.ts";

export const logSchema = z.strictObject({
  level: setting(oneOf("none", "error", "info", "debug", "trace"), {
    flag: "--log-level <level>",
    about: "none, error, info, debug or trace.",
    default: "info",
  }),
  file: optionalSetting(textValue("a file's path"), {
    flag: "--log-file <file>",
    about: "Write the log there, as NDJSON; the terminal then shows errors only.",
    default: "the terminal",
  }),
  prompts: setting(yesOrNo(), {
    flag: "--log-prompts",
    about: "Let prompts and answers into the log.",
    default: "false",
  }),
});
