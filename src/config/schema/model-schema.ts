import { z } from "zod";

import { textValue } from "./setting-values.ts";

export const modelTargetSchema = z.strictObject({
  profile: textValue("a profile's name"),
  model: textValue("a name that Claude Code takes, such as sonnet").exactOptional(),
});

/** The meaning of a model id as the file gives it; plain text is another configured id. */
export const modelSchema = z.union([textValue("a configured model id"), modelTargetSchema], {
  error: "expected another configured model id, or {profile: NAME, model: NAME}",
});

export type ModelSetting = z.output<typeof modelSchema>;
