import { isModelOfKey, requireModelOfKey } from "../../core/requests/key-bounds.ts";
import type { ModelCatalogue } from "../../core/ports/model-catalogue.ts";
import { AppError } from "../../core/words/app-error.ts";
import type { KeyBounds } from "../../core/words/api-key.ts";

/** The catalogue as a key sees it: it lists and resolves only what the key may use. */
export function modelsOfKey(models: ModelCatalogue, bounds: KeyBounds | undefined): ModelCatalogue {
  if (bounds?.models === undefined && bounds?.profiles === undefined) return models;
  const list = () =>
    models.list().filter(({ id, profile }) => isModelOfKey(bounds, { modelId: id, profile }));
  return {
    list,
    resolve(modelId) {
      try {
        const resolved = models.resolve(modelId);
        requireModelOfKey(bounds, resolved.target);
        return resolved;
      } catch (error) {
        if (!(error instanceof AppError) || error.info.kind !== "model-not-found") throw error;
        // The message of the whole catalogue would name models of others.
        const message = `The model '${modelId}' does not exist or you do not have access to it.`;
        throw new AppError({ ...error.info, message });
      }
    },
  };
}
