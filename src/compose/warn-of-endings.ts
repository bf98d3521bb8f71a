import { abilitiesOf } from "../core/models/abilities-of.ts";
import { lifecycleOf } from "../core/models/lifecycle.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { ModelCatalogue } from "../core/ports/model-catalogue.ts";

/** A model retired within this time is worth reporting. */
const NOTICE_MS = 90 * 24 * 60 * 60 * 1000;

/** Logs each configured model that will be retired soon, or already is: requests for it will fail. */
export function warnOfEndings(
  models: Pick<ModelCatalogue, "list">,
  configured: ReadonlySet<string>,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): void {
  const now = clock();
  for (const { id, model, resolvedModel = model } of models.list()) {
    if (!configured.has(id)) continue;
    const { stage, endsAt } = lifecycleOf(abilitiesOf(resolvedModel), now);
    if (stage === "active" || (endsAt !== undefined && endsAt - now > NOTICE_MS)) continue;
    const endsOn = endsAt === undefined ? undefined : new Date(endsAt).toISOString().slice(0, 10);
    logger.info(stage === "retired" ? "model.ended" : "model.ends-soon", {
      modelId: id,
      model: resolvedModel,
      ...(endsOn !== undefined && { endsOn }),
    });
  }
}
