import { abilitiesOf } from "../../core/models/abilities-of.ts";
import type { ModelTarget } from "../../core/words/profile.ts";

/** The API's name for the model. Undefined when it is not known what Claude Code makes of its short name. */
export function countedModel({ model, resolvedModel = model }: ModelTarget): string | undefined {
  if (resolvedModel.includes("claude-")) return resolvedModel.replace(/\[1m\]$/, "");
  const abilities = abilitiesOf(resolvedModel);
  return abilities.isKnown ? abilities.id : undefined;
}
