import type { ErrorInfo } from "../../core/words/app-error.ts";
import type { TurnInput } from "../../core/ports/engine-session.ts";
import type { Notice } from "../../core/words/turn-event.ts";
import type { ClaudeMessage } from "./claude-messages.ts";

/** `reason` is Claude Code's own account. It is for the log alone, since it may quote files of the workspace. */
export type Misstep =
  | { readonly type: "told"; readonly notice: Notice }
  | { readonly type: "failed"; readonly error: ErrorInfo; readonly reason: string };

/**
 * Finds what Claude Code does differently from what the turn asked, and does not report: another permission mode than the one
 * asked for, or a command that it refuses and calls a success.
 */
export function findMisstep(
  message: ClaudeMessage,
  { permissions, command }: Pick<TurnInput, "permissions" | "command">,
): Misstep | undefined {
  if (message.type === "system" && message.subtype === "init") {
    const { mode } = permissions;
    const { permissionMode: inForce } = message;
    if (inForce === mode) return undefined;
    if (inForce === "default") return { type: "told", notice: modeNotice(mode) };
    const reason = `Claude Code works in the mode '${inForce}'.`;
    return { type: "failed", error: { kind: "engine-failed", message: WRONG_MODE }, reason };
  }
  if (command !== undefined && message.type === "result" && message.subtype === "success") {
    // The command's text has a shell line that is not allowed: the model is not asked, and Claude Code does not report the
    // failure.
    if (message.num_turns > 0 || message.is_error) return undefined;
    const error = { kind: "forbidden", message: refusal(command), param: "claude.command" } as const;
    return { type: "failed", error, reason: message.result };
  }
  return undefined;
}

/** `default` is the strictest of the modes that ask. */
function modeNotice(mode: string): Notice {
  return {
    type: "notice",
    code: "permission-mode-replaced",
    message: `The permission mode '${mode}' cannot be had with this model; the turn runs in 'default'.`,
  };
}

const WRONG_MODE = "Claude Code did not take the permission mode of this turn, so the turn was stopped.";

function refusal(command: string): string {
  return (
    `The command '${command}' was not run: a shell line in it would need approval, which it cannot wait for, or is denied. ` +
    "Allow it by a rule (allowedTools of the profile, or `allowed-tools` in the command's own file)."
  );
}
