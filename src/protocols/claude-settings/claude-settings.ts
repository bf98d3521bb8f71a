import type { RequestSettings } from "../../core/words/request-settings.ts";
import type { ActivityForm } from "./activity-form.ts";
import type { SettingName } from "./setting-schemas.ts";

/** What a request wants of Turnpike itself, wherever it said so: in the body's field `claude`, in headers, in `metadata`. */
export interface ClaudeSettings {
  /** What is to be otherwise than the profile has it. */
  readonly settings: RequestSettings;
  /** A slash command or skill, as sent. */
  readonly command?: string;
  readonly approvals?: "live" | "client";
  /** The answer's text ends with the files that the turn created or changed. */
  readonly includeFiles?: boolean;
  readonly activity?: ActivityForm;
  /** The client's deadline, in milliseconds; the header `X-Turnpike-Timeout` may be shorter. */
  readonly timeoutMs?: number;
  /** Where each of these was said, for refusals. */
  readonly sources: Readonly<Partial<Record<SettingName, string>>>;
  /** Names that mean nothing here. */
  readonly ignored: readonly string[];
}
