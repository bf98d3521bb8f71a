import type { ModelDescription } from "../../core/ports/model-catalogue.ts";

/** OpenAI's model object; `claude` is Turnpike's own and says what the id stands for. */
export interface ModelBody {
  readonly id: string;
  readonly object: "model";
  readonly created: number;
  readonly owned_by: string;
  readonly claude: { readonly profile: string; readonly model: string; readonly display_name: string };
}

export interface ModelListBody {
  readonly object: "list";
  readonly data: readonly ModelBody[];
}

export function formatModel(model: ModelDescription): ModelBody {
  return {
    id: model.id,
    object: "model",
    created: model.createdAt,
    owned_by: "anthropic",
    claude: { profile: model.profile, model: model.model, display_name: model.displayName },
  };
}

export function formatModelList(models: readonly ModelDescription[]): ModelListBody {
  return { object: "list", data: models.map(formatModel) };
}
