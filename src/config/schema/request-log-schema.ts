import { z } from "zod";

import { LONGEST_RETENTION_DAYS } from "./setting-formats.ts";
import { duration, oneOf, wholeNumber, yesOrNo } from "./setting-values.ts";
import { setting } from "./setting.ts";

export const requestLogSchema = z.strictObject({
  mode: setting(oneOf("on", "off"), {
    flag: "--request-log <on|off>",
    about: "Keep a record of every request, without what was said: turnpike requests.",
    default: "on",
  }),
  content: setting(yesOrNo(), {
    flag: "--request-log-content",
    about: "Keep prompts and answers with it, secrets left out.",
    default: "false",
  }),
  maxAge: setting(duration(60_000, LONGEST_RETENTION_DAYS * 86_400_000), {
    flag: "--request-log-age <time>",
    about: "How long a request stays on record. Sums of minutes stay 2 days, of hours 100, of days 5 years.",
    default: "30d",
  }),
  maxRequests: setting(wholeNumber(1, 100_000_000), {
    flag: "--request-log-size <number>",
    about: "Most requests on record; then the oldest go.",
    default: "1000000",
  }),
});
