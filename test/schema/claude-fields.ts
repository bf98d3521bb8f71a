const SOME_TEXT = { type: "string", minLength: 1 };
const TEXT = { type: "string" };
const COUNT = { type: "integer", minimum: 0 };

/** An object with just these fields. */
export function strictObject(
  properties: Readonly<Record<string, object>>,
  isOptional: readonly string[] = [],
) {
  const required = Object.keys(properties).filter((name) => !isOptional.includes(name));
  return { type: "object", properties, required, additionalProperties: false };
}

const CHANGE = {
  type: { enum: ["created", "changed", "deleted", "renamed"] },
  path: SOME_TEXT,
  previous_path: SOME_TEXT,
  diff: TEXT,
  content_id: SOME_TEXT,
};
const OPTIONAL_OF_CHANGE = ["previous_path", "diff", "content_id"];

/** A change that a tool of Claude Code's made. */
export const LIVE_FILE_CHANGE = strictObject({ activity_id: SOME_TEXT, ...CHANGE }, OPTIONAL_OF_CHANGE);
/** All changes of a turn; the second field is optional. */
export const FILE_CHANGES = {
  file_changes: { type: "array", items: strictObject(CHANGE, OPTIONAL_OF_CHANGE) },
  file_changes_incomplete: { const: true },
};
export const STOP_REASON = { enum: ["max_turns", "max_budget"] };
export const RESOLVED_APPROVAL = strictObject({
  id: SOME_TEXT,
  status: { enum: ["allowed", "always_allowed", "denied", "timed_out", "cancelled"] },
});

/** What the turn went on without. */
export const NOTICE = strictObject({ code: { const: "mcp_server_failed" }, message: SOME_TEXT });
export const NOTICES = { type: "array", minItems: 1, items: NOTICE };

/** What a response object has of ours. */
export const RESPONSE_FIELD = {
  minProperties: 1,
  ...strictObject({ ...FILE_CHANGES, notices: NOTICES, stop_reason: STOP_REASON }, [
    "file_changes",
    "file_changes_incomplete",
    "notices",
    "stop_reason",
  ]),
};

const WAITING_APPROVAL = strictObject({
  id: SOME_TEXT,
  status: { const: "waiting" },
  call_id: { type: "string", pattern: "^call_act_" },
  tool: SOME_TEXT,
  input: { type: "object" },
  summary: TEXT,
  always_allows: { type: "array", items: SOME_TEXT },
  expires_at: COUNT,
});
const RUNNING_ACTIVITY = strictObject({
  id: SOME_TEXT,
  call_id: { type: "string", pattern: "^call_act_" },
  name: SOME_TEXT,
  elapsed_ms: COUNT,
});

/** What the events of ours have in a stream of a response, besides `type` and `sequence_number`. */
const EVENT_FIELDS: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  "response.claude.approval_requested": { approval: WAITING_APPROVAL },
  "response.claude.approval_resolved": { approval: RESOLVED_APPROVAL },
  "response.claude.activity_progress": { activity: RUNNING_ACTIVITY },
  "response.claude.file_change": { file_change: LIVE_FILE_CHANGE },
  "response.claude.file_changes": FILE_CHANGES,
};

/** The schema of an event of ours; undefined when it is none. */
export function ownEventSchema(type: string): object | undefined {
  if (!Object.hasOwn(EVENT_FIELDS, type)) return undefined;
  const fields = { type: { const: type }, sequence_number: COUNT, ...EVENT_FIELDS[type] };
  return strictObject(fields, ["file_changes_incomplete"]);
}
