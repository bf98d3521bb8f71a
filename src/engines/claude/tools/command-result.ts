import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { WorkResult } from "../../../core/words/work.ts";

/** How a call ended. */
export interface ToolOutcome {
  readonly isError: boolean;
  /** What the model is told about it, as text. */
  readonly output: string;
  /** Claude Code's own account of it, such as the patch of a file. */
  readonly details?: JsonObject | undefined;
}

/** How Claude Code reports a command that failed; it does not keep the two outputs apart in that case. */
const FAILURE = /^(?:Error: )?Exit code (\d+)\n?/;
const TIMEOUT = /^(?:Error: )?Command timed out/;

/** Reads the result from Claude Code's own account. For a command that failed there is only the text for the model. */
export function readCommandResult({ details, output, isError }: ToolOutcome): WorkResult {
  const { stdout, stderr } = details ?? {};
  const hasTimedOut = details?.["timedOutAfterMs"] !== undefined || TIMEOUT.test(output);
  if (details && typeof stdout === "string") {
    const isFailed = isError || details["interrupted"] === true;
    const said = { type: "command", stdout, stderr: typeof stderr === "string" ? stderr : "" } as const;
    return { ...said, outcome: hasTimedOut ? { type: "timeout" } : exit(isFailed ? 1 : 0) };
  }
  if (hasTimedOut) return { type: "command", stdout: "", stderr: output, outcome: { type: "timeout" } };
  if (!isError) return { type: "command", stdout: output, stderr: "", outcome: exit(0) };
  const code = FAILURE.exec(output);
  const text = code ? output.slice(code[0].length) : output;
  return { type: "command", stdout: "", stderr: text, outcome: exit(code ? Number(code[1]) : 1) };
}

function exit(exitCode: number) {
  return { type: "exit", exitCode } as const;
}
