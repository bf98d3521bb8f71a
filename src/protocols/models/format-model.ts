import type { ModelDescription } from "../../core/ports/model-catalogue.ts";
import type { RequestBounds } from "../../core/words/request-settings.ts";
import { describeAbilities, type OfferedAbilities } from "./describe-abilities.ts";
import { describeModel, type ModelFacts, type ModelTakes } from "./describe-model.ts";

/**
 * OpenAI's model object, with what other servers add to it; `claude` is Turnpike's own field and says what the id stands for and
 * what it can do.
 */
export interface ModelBody extends ModelFacts {
  readonly id: string;
  readonly object: "model";
  readonly created: number;
  readonly owned_by: string;
  readonly claude: {
    readonly profile: string;
    readonly model: string;
    readonly display_name: string;
  } & ModelTakes &
    OfferedAbilities;
}

export interface ModelListBody {
  readonly object: "list";
  readonly data: readonly ModelBody[];
}

/** `now`: milliseconds since the epoch. */
export function formatModel(description: ModelDescription, bounds: RequestBounds, now: number): ModelBody {
  const { id, createdAt, profile, model, displayName } = description;
  const { facts, takes } = describeModel(description, now);
  return {
    id,
    object: "model",
    created: createdAt,
    owned_by: "anthropic",
    ...facts,
    claude: {
      profile: profile.name,
      model,
      display_name: displayName,
      ...takes,
      ...describeAbilities(profile, bounds),
    },
  };
}

export function formatModelList(
  models: readonly ModelDescription[],
  bounds: RequestBounds,
  now: number,
): ModelListBody {
  return { object: "list", data: models.map((model) => formatModel(model, bounds, now)) };
}
