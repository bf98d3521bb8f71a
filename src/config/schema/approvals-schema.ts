import { z } from "zod";

import { duration } from "./setting-values.ts";
import { setting } from "./setting.ts";

export const approvalsSchema = z.strictObject({
  timeout: setting(duration(1000), {
    flag: "--approval-timeout <time>",
    about: "How long a tool call waits for a person's answer; then it is denied.",
    default: "5m",
  }),
});
