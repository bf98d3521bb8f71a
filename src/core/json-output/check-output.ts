import { isRecord } from "../../lib/is-record.ts";
import type { ErrorInfo } from "../words/app-error.ts";
import type { OutputFormat } from "../words/output-format.ts";
import type { JsonCheckResult } from "../ports/schema-checker.ts";
import type { TurnSupervisor } from "../ports/turn-supervisor.ts";
import type { EngineEvent, EventStage, TurnEnd } from "../words/turn-event.ts";

export type CheckActions = Pick<TurnSupervisor, "checkJson">;

/**
 * Ends a turn with an error if its final answer is not what the client asked for. An answer that was cut by a limit passes, as
 * does what Claude says along with its tool calls: the end's reason tells the client that this is no final answer.
 */
export function checkOutput(format: OutputFormat, actions: CheckActions): EventStage {
  const texts: string[] = [];
  const check = async (end: TurnEnd): Promise<readonly EngineEvent[]> => {
    const error = await findError(texts.join(""), format, actions);
    const { usage, costUsd } = end;
    return [error ? { type: "turn-error", error, usage, costUsd } : end];
  };
  return {
    of(event) {
      if (event.type === "text-delta") texts.push(event.text);
      const isFinal =
        event.type === "turn-end" && (event.reason === "end" || event.reason === "stop-sequence");
      return isFinal ? check(event) : [event];
    },
  };
}

async function findError(
  text: string,
  format: OutputFormat,
  { checkJson }: CheckActions,
): Promise<ErrorInfo | undefined> {
  if (text.trim() === "") return invalidOutput("there is no such JSON in it");
  const result = format.type === "json-object" ? checkObject(text) : await checkJson(format.schema, text);
  switch (result.type) {
    case "fits":
      return undefined;
    case "misfit":
      return invalidOutput(result.problem);
    case "not-json":
      return invalidOutput("it is not valid JSON");
    case "unchecked":
      return {
        kind: "output-invalid",
        message: `Whether Claude's answer is in the requested response format is not known: ${result.problem}`,
      };
  }
}

function checkObject(text: string): JsonCheckResult {
  try {
    return isRecord(JSON.parse(text))
      ? { type: "fits" }
      : { type: "misfit", problem: "it is no JSON object" };
  } catch {
    return { type: "not-json" };
  }
}

/** `problem`: what is wrong with the answer, without quoting it. */
function invalidOutput(problem: string): ErrorInfo {
  return {
    kind: "output-invalid",
    message: `Claude's answer is not in the requested response format: ${problem}. Send the request again.`,
  };
}
