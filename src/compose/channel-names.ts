import { ALLOWED_RULES, CONTRACT, SERVER_NAME } from "../engines/channel/contract.ts";
import { HOOK_NAMES } from "../engines/channel/hook-event.ts";
import { HOOK_SECRET_HEADER, HOOKS_PATH } from "../http/routes/engine-hooks.ts";

/** What Claude Code's configuration must name so that a channel works. */
export const CHANNEL_NAMES = {
  SERVER_NAME,
  ALLOWED_RULES,
  CONTRACT,
  HOOK_NAMES,
  HOOKS_PATH,
  HOOK_SECRET_HEADER,
} as const;
