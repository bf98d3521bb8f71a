import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { ActivityEnd } from "../../../core/words/turn-event.ts";
import { textOr } from "../read-object.ts";

/** The result of a command, in the form that items use. */
export interface ShellResult extends JsonObject {
  readonly stdout: string;
  readonly stderr: string;
  readonly outcome: { readonly type: "exit"; readonly exit_code: number } | { readonly type: "timeout" };
}

/** How Claude Code reports a failed command; its two outputs are not separated then. */
const FAILURE = /^(?:Error: )?Exit code (\d+)\n?/;
const TIMEOUT = /^(?:Error: )?Command timed out/;

/** Reads the result from Claude Code's structured one; for a failed command there is only the text for the model. */
export function readShellResult({ details, output, isError }: ActivityEnd): ShellResult {
  const stdout = textOr(details?.["stdout"], "");
  const stderr = textOr(details?.["stderr"], "");
  const hasTimedOut = details?.["timedOutAfterMs"] !== undefined || TIMEOUT.test(output);
  if (details && typeof details["stdout"] === "string") {
    if (hasTimedOut) return { stdout, stderr, outcome: { type: "timeout" } };
    const isFailed = isError || details["interrupted"] === true;
    return { stdout, stderr, outcome: { type: "exit", exit_code: isFailed ? 1 : 0 } };
  }
  if (hasTimedOut) return { stdout: "", stderr: output, outcome: { type: "timeout" } };
  if (!isError) return { stdout: output, stderr: "", outcome: { type: "exit", exit_code: 0 } };
  const code = FAILURE.exec(output);
  const text = code ? output.slice(code[0].length) : output;
  return { stdout: "", stderr: text, outcome: { type: "exit", exit_code: code ? Number(code[1]) : 1 } };
}
