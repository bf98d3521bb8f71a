import type { ApiRequest } from "./api-request.ts";
import { invalid } from "./problem.ts";
import type { Problem } from "./problem.ts";

/** `speed: "fast"`: Opus 5.5 accepts it; Opus 5 and 4.8 accept the field, whatever its value, only with a beta. */
export function checkFastMode({ body, model, betas }: ApiRequest): Problem | undefined {
  const speed = body["speed"];
  if (typeof speed !== "string") return undefined;
  if (model.speed === "with-beta" && !betas.has("fast-mode-2026-02-01")) {
    return invalid("speed: Extra inputs are not permitted");
  }
  if (model.speed !== "refused" || speed === "standard") return undefined;
  return invalid(`\`speed\`: 'fast' is not supported for ${model.id}`);
}
