import { abilitiesOf } from "../../core/models/abilities-of.ts";
import { fitTurn } from "../../core/models/fit-turn.ts";
import type { ModelTarget } from "../../core/words/profile.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import type { ParameterNames } from "../../protocols/parameter-names.ts";

/**
 * The client's names for the parameters that the model does not take as asked: they are left out or replaced by the nearest
 * value.
 */
export function listMisfits(
  asked: Pick<TurnRequest, "sampling" | "tools"> & { readonly parameterNames: ParameterNames },
  { model, resolvedModel = model, profile }: ModelTarget,
): readonly string[] {
  const { sampling, tools, parameterNames } = asked;
  const { effort } = profile;
  const turn = { sampling, tools, ...(effort !== undefined && { defaultEffort: effort }) };
  return fitTurn(turn, abilitiesOf(resolvedModel)).misfits.flatMap((misfit) => parameterNames[misfit] ?? []);
}
