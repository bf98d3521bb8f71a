import { AppError } from "../../core/app-error.ts";
import { findModel } from "../../protocols/models/find-model.ts";
import { formatModel, formatModelList } from "../../protocols/models/format-model.ts";
import type { AppContext } from "../app-env.ts";
import type { AppDependencies } from "../app-dependencies.ts";

type Dependencies = Pick<AppDependencies, "models" | "requestPolicy" | "clock">;

/** `GET /v1/models` */
export function listModels({ models, requestPolicy, clock }: Dependencies) {
  return (context: AppContext): Response =>
    context.json(formatModelList(models.list(), requestPolicy.bounds, clock()));
}

/** `GET /v1/models/{id}` */
export function showModel({ models, requestPolicy, clock }: Dependencies) {
  return (context: AppContext): Response => {
    const id = context.req.param("id");
    if (id === undefined) throw new AppError({ kind: "not-found", message: "Name a model." });
    return context.json(formatModel(findModel(models, id), requestPolicy.bounds, clock()));
  };
}
