import { abilitiesOf } from "../../core/models/abilities-of.ts";
import { fitTurn } from "../../core/models/fit-turn.ts";
import type { ResolvedModel } from "../../core/ports/model-catalogue.ts";
import { NO_CLIENT_TOOLS } from "../../core/words/client-tool.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import type { ParameterNames } from "../../protocols/parameter-names.ts";
import type { ServiceParts } from "../service-parts.ts";
import { modelsOfKey } from "../access/models-of-key.ts";
import type { Caller } from "./caller.ts";
import { noteIgnored, noteModel } from "./request-record.ts";

const MAX_TAG_LENGTH = 64;
/** How much of the client's name for its end user is logged. */
const MAX_END_USER_LENGTH = 128;

/** What requests for turns say in every protocol. */
export interface AskedOfAll extends Pick<TurnRequest, "sampling">, Partial<Pick<TurnRequest, "tools">> {
  /** As sent; it may have a conversation suffix. */
  readonly model: string;
  readonly parameterNames: ParameterNames;
  /** Parameters that were accepted without effect. */
  readonly ignored: readonly string[];
  readonly endUser?: string;
}

/**
 * Finds the model that a request asks for, and notes in the request's record what is asked of it and what of that has no effect.
 * @throws AppError `model-not-found`, or `forbidden` when the caller's key may not use it
 */
export function resolveAsked(
  asked: AskedOfAll,
  caller: Pick<Caller, "record" | "bounds">,
  { models }: Pick<ServiceParts, "models">,
): ResolvedModel {
  const { record } = caller;
  if (asked.endUser !== undefined) record.endUser = asked.endUser.slice(0, MAX_END_USER_LENGTH);
  const resolved = resolveModel(asked.model, caller, { models });
  noteIgnored(record, [...asked.ignored, ...listMisfits(asked, resolved), ...ignoredTag(resolved)]);
  return resolved;
}

/** Only finds the model. */
export function resolveModel(
  model: string,
  { record, bounds }: Pick<Caller, "record" | "bounds">,
  { models }: Pick<ServiceParts, "models">,
): ResolvedModel {
  noteModel(record, model);
  return modelsOfKey(models, bounds).resolve(model);
}

/**
 * The client's names for the parameters that the model does not take as asked: they are left out or replaced by the nearest
 * value.
 */
function listMisfits(asked: AskedOfAll, { target }: ResolvedModel): readonly string[] {
  const { sampling, tools = NO_CLIENT_TOOLS, parameterNames } = asked;
  const { model, resolvedModel = model, profile } = target;
  const { effort } = profile;
  const turn = { sampling, tools, ...(effort !== undefined && { defaultEffort: effort }) };
  return fitTurn(turn, abilitiesOf(resolvedModel)).misfits.flatMap((misfit) => parameterNames[misfit] ?? []);
}

/** Reports a tag that the model id had but its model does not know: `model:free`. `latest` is what is served anyway. */
function ignoredTag({ tag }: ResolvedModel): readonly string[] {
  return tag === undefined || tag.toLowerCase() === "latest" ? [] : [`model:${tag.slice(0, MAX_TAG_LENGTH)}`];
}
