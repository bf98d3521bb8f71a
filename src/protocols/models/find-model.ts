import type { ModelCatalogue, ModelDescription } from "../../core/ports/model-catalogue.ts";

/**
 * One model by any id that a turn would accept: a listed one, or one that the catalogue resolves without listing it.
 * @throws AppError `model-not-found`
 */
export function findModel(models: ModelCatalogue, modelId: string): ModelDescription {
  const listed = models.list();
  const exact = listed.find((model) => model.id === modelId);
  if (exact) return exact;
  const { target } = models.resolve(modelId);
  const known = listed.find((model) => model.id === target.modelId);
  return {
    id: target.modelId,
    // The creation time of an unlisted model is unknown; OpenAI's schema requires a number.
    createdAt: known?.createdAt ?? 0,
    profile: target.profile,
    model: target.model,
    ...(target.resolvedModel !== undefined && { resolvedModel: target.resolvedModel }),
    displayName: known?.displayName ?? target.modelId,
  };
}
