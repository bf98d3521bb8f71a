import type { OutputFormat } from "../words/output-format.ts";
import type { EventStage } from "../words/turn-event.ts";
import { JsonCutter } from "./json-cutter.ts";
import { allowedKinds, type JsonKind } from "./json-kind.ts";

const OBJECT: ReadonlySet<JsonKind> = new Set(["object"]);

/** Passes on only the JSON value of an answer, as it arrives: Claude may put prose or a code fence around it. */
export function keepJson(format: OutputFormat): EventStage {
  const cutter = new JsonCutter(format.type === "json-object" ? OBJECT : allowedKinds(format.schema));
  return {
    of(event) {
      if (event.type === "activity-start" || event.type === "tool-call-start") cutter.breakText();
      if (event.type !== "text-delta") return [event];
      const text = cutter.push(event.text);
      return text === "" ? [] : [{ type: "text-delta", text }];
    },
  };
}
