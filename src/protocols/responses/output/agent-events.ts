import type { JsonObject } from "../../../core/words/client-tool.ts";
import type {
  ActivityProgress,
  FileChanged,
  FilesChanged,
  PermissionRequest,
  PermissionResolved,
} from "../../../core/words/turn-event.ts";
import { assertNever } from "../../../lib/assert-never.ts";
import { activityCallId } from "../activity/activity-items.ts";
import { approvalStatus } from "../../approval-status.ts";
import { formatFileChanges, formatLiveFileChange } from "../../format-file-changes.ts";

/** Events of Claude Code's work for which OpenAI has neither items nor events. */
export type AgentEvent =
  | PermissionRequest
  | PermissionResolved
  | ActivityProgress
  | FileChanged
  | FilesChanged;

/** One of our own events. OpenAI's client throws on unknown events, so these are sent only to clients that ask for them. */
export function formatAgentEvent(event: AgentEvent): { readonly type: string; readonly fields: JsonObject } {
  switch (event.type) {
    case "permission-request":
      return { type: "response.claude.approval_requested", fields: { approval: approvalOf(event) } };
    case "permission-resolved": {
      const approval = { id: event.approvalId, status: approvalStatus(event.outcome) };
      return { type: "response.claude.approval_resolved", fields: { approval } };
    }
    case "activity-progress": {
      const { activityId: id, name, elapsedMs } = event;
      const activity = { id, call_id: activityCallId(id), name, elapsed_ms: elapsedMs };
      return { type: "response.claude.activity_progress", fields: { activity } };
    }
    case "file-change":
      return {
        type: "response.claude.file_change",
        fields: { file_change: formatLiveFileChange(event) },
      };
    case "file-changes":
      return { type: "response.claude.file_changes", fields: { ...formatFileChanges(event) } };
    default:
      return assertNever(event);
  }
}

function approvalOf(event: PermissionRequest): JsonObject {
  return {
    id: event.approvalId,
    status: approvalStatus(undefined),
    call_id: activityCallId(event.activityId),
    tool: event.toolName,
    input: event.input,
    summary: event.summary,
    always_allows: event.alwaysAllows,
    expires_at: Math.floor(event.expiresAt / 1000),
  };
}
