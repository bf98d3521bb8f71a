import type { RequestSettings } from "../../core/words/request-settings.ts";
import type { ActivityForm } from "./activity-form.ts";
import type { SettingName } from "./setting-schemas.ts";

/**
 * The settings for Turnpike itself in a request, wherever they were sent: in the body's field `claude`, in headers, in
 * `metadata`.
 */
export interface ClaudeSettings {
  /** What overrides the profile. */
  readonly settings: RequestSettings;
  /** A slash command or skill, as sent. */
  readonly command?: string;
  readonly approvals?: "live" | "client";
  /** The answer's text ends with the files that the turn created or changed. */
  readonly includeFiles?: boolean;
  readonly activity?: ActivityForm;
  /** The client's deadline, in milliseconds; the header `X-Turnpike-Timeout` may be shorter. */
  readonly timeoutMs?: number;
  /** Where each of these was sent, for error messages. */
  readonly sources: Readonly<Partial<Record<SettingName, string>>>;
  /** Names that have no meaning here. */
  readonly ignored: readonly string[];
}
