import type { JsonObject } from "../../core/words/client-tool.ts";
import { isRecord } from "../../lib/is-record.ts";

interface HookBase {
  /** Claude Code's session. */
  readonly session: string;
  /** Names the prompt that all of this belongs to; absent before the first one. */
  readonly prompt?: string;
}

/** What a hook of Claude Code tells, as far as it matters here. */
export type HookEvent =
  | (HookBase & { readonly type: "prompt"; readonly text: string })
  | (HookBase & { readonly type: "display"; readonly messageId: string; readonly text: string })
  | (HookBase & { readonly type: "stop"; readonly lastText?: string })
  | (HookBase & { readonly type: "stop-failure"; readonly error: string; readonly details: string })
  /** Claude forgets the conversation, as by `/clear`; the process goes on under another session. */
  | (HookBase & { readonly type: "session-end" })
  | (HookBase & { readonly type: "permission"; readonly toolName: string; readonly input: JsonObject });

/** The hooks that are to be configured. */
export const HOOK_NAMES = [
  "UserPromptSubmit",
  "MessageDisplay",
  "Stop",
  "StopFailure",
  "PermissionRequest",
  "SessionEnd",
] as const;

/** Undefined for a hook that does not matter here. */
export function readHookEvent(body: unknown): HookEvent | undefined {
  if (!isRecord(body)) return undefined;
  const text = (name: string) => (typeof body[name] === "string" ? body[name] : "");
  const base = {
    session: text("session_id"),
    ...(text("prompt_id") !== "" && { prompt: text("prompt_id") }),
  };
  switch (body["hook_event_name"]) {
    case "UserPromptSubmit":
      return { type: "prompt", ...base, text: text("prompt") };
    case "MessageDisplay":
      return { type: "display", ...base, messageId: text("message_id"), text: text("delta") };
    case "Stop": {
      const last = body["last_assistant_message"];
      return { type: "stop", ...base, ...(typeof last === "string" && { lastText: last }) };
    }
    case "StopFailure":
      return {
        type: "stop-failure",
        ...base,
        error: text("error"),
        details: text("error_details") || text("last_assistant_message"),
      };
    case "SessionEnd":
      return { type: "session-end", ...base };
    case "PermissionRequest": {
      const input = body["tool_input"];
      return {
        type: "permission",
        ...base,
        toolName: text("tool_name"),
        input: isRecord(input) ? input : {},
      };
    }
    default:
      return undefined;
  }
}
