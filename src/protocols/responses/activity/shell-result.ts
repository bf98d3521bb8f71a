import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { ActivityEnd } from "../../../core/words/turn-event.ts";

/** The result of a command, in the form that items use. */
export interface ShellResult extends JsonObject {
  readonly stdout: string;
  readonly stderr: string;
  readonly outcome: { readonly type: "exit"; readonly exit_code: number } | { readonly type: "timeout" };
}

/** Without a result of its own there is the text for the model. */
export function shellResult({ result, output, isError }: ActivityEnd): ShellResult {
  if (result?.type !== "command") {
    const outcome = { type: "exit" as const, exit_code: isError ? 1 : 0 };
    return isError ? { stdout: "", stderr: output, outcome } : { stdout: output, stderr: "", outcome };
  }
  const { stdout, stderr, outcome } = result;
  if (outcome.type === "timeout") return { stdout, stderr, outcome };
  return { stdout, stderr, outcome: { type: "exit", exit_code: outcome.exitCode } };
}
