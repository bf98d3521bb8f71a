import { randomUUID } from "node:crypto";

import type { JsonObject } from "../../core/words/client-tool.ts";
import type { PermissionQuestion } from "../../core/ports/turn-supervisor.ts";
import { describeWork } from "../claude/tools/describe-work.ts";
import { summarize } from "../claude/tools/permission-desk.ts";

/**
 * A call that Claude Code asks about. Its hook does not name the call, so it gets a name of its own. "Always" is not offered: it
 * would hold for the person's own work in the session, too.
 */
export function permissionQuestion(toolName: string, input: JsonObject): PermissionQuestion {
  const work = describeWork(toolName, input);
  return {
    activityId: `call_${randomUUID()}`,
    toolName,
    input,
    ...(work && { work }),
    summary: summarize(toolName, input),
    alwaysAllows: [],
  };
}

/** A question that Claude Code relays to its channels: all that it tells of the call is written for people. */
export function relayedQuestion(toolName: string, description: string, preview: string): PermissionQuestion {
  return {
    activityId: `call_${randomUUID()}`,
    toolName,
    input: { description, input_preview: preview },
    summary: `${toolName}: ${description || preview}`.replaceAll(/\s+/g, " ").trim().slice(0, 200),
    alwaysAllows: [],
  };
}
