import { z } from "zod";

import { apiKey } from "./setting-formats.ts";
import { listOf, yesOrNo } from "./setting-values.ts";
import { setting } from "./setting.ts";

export const authSchema = z.strictObject({
  apiKeys: setting(listOf("keys without spaces", apiKey), {
    flag: "--api-key <key>",
    about: "A key that clients may use. Other users of this machine can see flags: prefer the variable.",
    default: "the one in <data-dir>/api-key, made at the first start",
    isList: true,
    isSecret: true,
  }),
  noAuth: setting(yesOrNo(), {
    flag: "--no-auth",
    about: "Ask for no key. Only on a loopback address.",
    default: "false",
  }),
  clientsMayApprove: setting(yesOrNo(), {
    flag: "--clients-may-approve",
    about: "Let API keys answer the approvals of their own turns.",
    default: "false",
  }),
  approverKeys: setting(listOf("keys without spaces", apiKey), {
    flag: "--approver-key <key>",
    about:
      "A key that may answer all approvals and opens nothing else. As with API keys, prefer the variable.",
    default: "the one in <data-dir>/approver-key, made at the first start",
    isList: true,
    isSecret: true,
  }),
});
