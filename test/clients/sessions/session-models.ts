/** A model of the sessions, as the Messages API has it today; written down here, not read from the server's own table. */
export interface SessionModel {
  /** As clients call it. */
  readonly id: string;
  readonly realId: string;
  readonly takesTemperature: boolean;
  readonly takesForcedTools: boolean;
  /** What it says between calls is thinking, which holds only as long as the tools are the same. */
  readonly thinksBetweenCalls: boolean;
}

export const SONNET: SessionModel = {
  id: "sonnet",
  realId: "claude-sonnet-5-5",
  takesTemperature: false,
  takesForcedTools: false,
  thinksBetweenCalls: true,
};
export const OPUS: SessionModel = {
  id: "claude-opus-5-5",
  realId: "claude-opus-5-5",
  takesTemperature: false,
  takesForcedTools: false,
  thinksBetweenCalls: true,
};
export const OLDER_SONNET: SessionModel = {
  id: "claude-sonnet-4-6",
  realId: "claude-sonnet-4-6",
  takesTemperature: true,
  takesForcedTools: true,
  thinksBetweenCalls: false,
};
export const OLDER_HAIKU: SessionModel = {
  id: "claude-haiku-4-5",
  realId: "claude-haiku-4-5",
  takesTemperature: true,
  takesForcedTools: true,
  thinksBetweenCalls: false,
};
