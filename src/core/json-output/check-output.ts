import { isRecord } from "../../lib/is-record.ts";
import { AppError, type ErrorInfo } from "../app-error.ts";
import type { OutputFormat } from "../output-format.ts";
import type { EngineEvent } from "../turn-event.ts";
import { compileSchema, type JsonCheck, SchemaError } from "./compile-schema.ts";

/**
 * Ends a turn with an error whose final answer is not what the client asked for. An answer that was cut by a limit passes, as
 * does what Claude says beside its tool calls: the client is told by the reason that there is no final answer.
 */
export async function* checkOutput(
  events: AsyncIterable<EngineEvent>,
  format: OutputFormat,
): AsyncGenerator<EngineEvent> {
  // Before anything is asked of the model.
  const check = checkOf(format);
  const texts: string[] = [];
  for await (const event of events) {
    if (event.type === "text-delta") texts.push(event.text);
    const isFinal = event.type === "turn-end" && (event.reason === "end" || event.reason === "stop-sequence");
    const problem = isFinal ? findProblem(texts.join(""), check) : undefined;
    if (!isFinal || problem === undefined) {
      yield event;
      continue;
    }
    const { usage, costUsd } = event;
    yield { type: "turn-error", error: invalidOutput(problem), usage, costUsd };
  }
}

function checkOf(format: OutputFormat): JsonCheck {
  if (format.type === "json-object") return (value) => (isRecord(value) ? undefined : "it is no JSON object");
  try {
    return compileSchema(format.schema);
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    throw new AppError({
      kind: "invalid-request",
      message: `The schema of the response format cannot be used: ${error.message}`,
    });
  }
}

/** What is wrong with an answer, without its words. */
function findProblem(text: string, check: JsonCheck): string | undefined {
  if (text.trim() === "") return "there is no such JSON in it";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "it is not valid JSON";
  }
  return check(value);
}

function invalidOutput(problem: string): ErrorInfo {
  return {
    kind: "output-invalid",
    message: `Claude's answer is not in the requested response format: ${problem}. Send the request again.`,
  };
}
