import type { ModelCatalogue } from "../../core/ports/model-catalogue.ts";
import { AppError } from "../../core/words/app-error.ts";
import { findModel } from "../../protocols/models/find-model.ts";
import { formatModelInfo } from "../../protocols/models/format-model-info.ts";
import { formatModelPage } from "../../protocols/models/format-model-page.ts";
import { formatModel, formatModelList } from "../../protocols/models/format-model.ts";
import { modelsOfKey } from "../../service/access/models-of-key.ts";
import { noteModel } from "../../service/turns/request-record.ts";
import type { AppContext } from "../app-env.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { requireIdentity } from "../require-principal.ts";

type Dependencies = Pick<AppDependencies, "models" | "requestPolicy" | "clock">;

/** `GET /v1/models`, in OpenAI's shape or, for whoever names a version of its API, in Anthropic's. */
export function listModels({ models, requestPolicy, clock }: Dependencies) {
  return (context: AppContext): Response => {
    const list = modelsOf(context, models).list();
    return context.json(
      speaksAnthropic(context)
        ? formatModelPage(list, context.req.query(), clock())
        : formatModelList(list, requestPolicy.bounds, clock()),
    );
  };
}

/** `GET /v1/models/{id}` */
export function showModel({ models, requestPolicy, clock }: Dependencies) {
  return (context: AppContext): Response => {
    const id = context.req.param("id");
    if (id === undefined) throw new AppError({ kind: "not-found", message: "Name a model." });
    noteModel(context.var.record, id);
    const model = findModel(modelsOf(context, models), id);
    return context.json(
      speaksAnthropic(context)
        ? formatModelInfo(model, clock())
        : formatModel(model, requestPolicy.bounds, clock()),
    );
  };
}

/** The models that the caller's key may use. */
function modelsOf(context: AppContext, models: ModelCatalogue): ModelCatalogue {
  return modelsOfKey(models, requireIdentity(context).bounds);
}

function speaksAnthropic(context: AppContext): boolean {
  const isAnthropics = context.req.header("anthropic-version") !== undefined;
  if (isAnthropics) context.header("request-id", context.var.record.requestId);
  // The same URL has two bodies.
  context.header("Vary", "anthropic-version", { append: true });
  return isAnthropics;
}
