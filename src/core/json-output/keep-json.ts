import type { OutputFormat } from "../words/output-format.ts";
import type { EngineEvent } from "../words/turn-event.ts";
import { JsonCutter } from "./json-cutter.ts";
import { allowedKinds, type JsonKind } from "./json-kind.ts";

const OBJECT: ReadonlySet<JsonKind> = new Set(["object"]);

/** Lets only the JSON value of an answer through, as it comes: Claude may put words or a code fence around it. */
export async function* keepJson(
  events: AsyncIterable<EngineEvent>,
  format: OutputFormat,
): AsyncGenerator<EngineEvent> {
  const cutter = new JsonCutter(format.type === "json-object" ? OBJECT : allowedKinds(format.schema));
  for await (const event of events) {
    if (event.type === "activity-start" || event.type === "tool-call-start") cutter.breakText();
    if (event.type !== "text-delta") {
      yield event;
      continue;
    }
    const text = cutter.push(event.text);
    if (text !== "") yield { type: "text-delta", text };
  }
}
