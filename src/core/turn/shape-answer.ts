import { type CheckActions, checkOutput } from "../json-output/check-output.ts";
import { keepJson } from "../json-output/keep-json.ts";
import { type CutActions, cutAtStopSequences } from "../stop-sequences/cut-at-stop-sequences.ts";
import type { EngineEvent } from "../words/turn-event.ts";
import type { TurnRequest } from "../words/turn-request.ts";

/** Makes of what Claude says the answer that was asked for: only the JSON, cut at a stop sequence, and then checked. */
export function shapeAnswer(
  events: AsyncIterable<EngineEvent>,
  { sampling, outputFormat }: Pick<TurnRequest, "sampling" | "outputFormat">,
  actions: CutActions & CheckActions,
): AsyncIterable<EngineEvent> {
  const { stopSequences = [] } = sampling;
  let shaped = events;
  if (outputFormat) shaped = keepJson(shaped, outputFormat);
  if (stopSequences.length > 0) shaped = cutAtStopSequences(shaped, stopSequences, actions);
  if (outputFormat) shaped = checkOutput(shaped, outputFormat, actions);
  return shaped;
}
