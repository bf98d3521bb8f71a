import { type CheckActions, checkOutput } from "../json-output/check-output.ts";
import { keepJson } from "../json-output/keep-json.ts";
import { type CutActions, cutAtStopSequences } from "../stop-sequences/cut-at-stop-sequences.ts";
import type { EventStage } from "../words/turn-event.ts";
import type { TurnRequest } from "../words/turn-request.ts";

/** The stages that turn Claude's words into the requested answer: keep only the JSON, cut at a stop sequence, then check. */
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
