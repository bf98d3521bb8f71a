import { type CheckActions, checkOutput } from "../json-output/check-output.ts";
import { keepJson } from "../json-output/keep-json.ts";
import { type CutActions, cutAtStopSequences } from "../stop-sequences/cut-at-stop-sequences.ts";
import type { EventStage } from "../words/turn-event.ts";
import type { TurnRequest } from "../words/turn-request.ts";

/** What makes of Claude's words the answer that was asked for: only the JSON, cut at a stop sequence, and then checked. */
export function shapeAnswer(
  { sampling, outputFormat }: Pick<TurnRequest, "sampling" | "outputFormat">,
  actions: CutActions & CheckActions,
): readonly EventStage[] {
  const { stopSequences = [] } = sampling;
  return [
    ...(outputFormat ? [keepJson(outputFormat)] : []),
    ...(stopSequences.length > 0 ? [cutAtStopSequences(stopSequences, actions)] : []),
    ...(outputFormat ? [checkOutput(outputFormat, actions)] : []),
  ];
}
