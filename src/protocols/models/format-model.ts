import type { ModelDescription } from "../../core/ports/model-catalogue.ts";
import type { RequestBounds } from "../../core/request-settings.ts";
import { describeAbilities, type ModelAbilities } from "./describe-abilities.ts";

/** OpenAI's model object; `claude` is Turnpike's own and says what the id stands for and what it can do. */
export interface ModelBody {
  readonly id: string;
  readonly object: "model";
  readonly created: number;
  readonly owned_by: string;
  readonly claude: {
    readonly profile: string;
    readonly model: string;
    readonly display_name: string;
  } & ModelAbilities;
}

export interface ModelListBody {
  readonly object: "list";
  readonly data: readonly ModelBody[];
}

export function formatModel(description: ModelDescription, bounds: RequestBounds): ModelBody {
  const { id, createdAt, profile, model, displayName } = description;
  return {
    id,
    object: "model",
    created: createdAt,
    owned_by: "anthropic",
    claude: {
      profile: profile.name,
      model,
      display_name: displayName,
      ...describeAbilities(profile, bounds),
    },
  };
}

export function formatModelList(models: readonly ModelDescription[], bounds: RequestBounds): ModelListBody {
  return { object: "list", data: models.map((model) => formatModel(model, bounds)) };
}
