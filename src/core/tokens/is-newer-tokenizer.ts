import type { ModelAbilities } from "../models/model-abilities.ts";

/** Whether the model counts by the tokenizer that came with Opus 4.7. */
export function isNewerTokenizer({ tokenFactor }: Pick<ModelAbilities, "tokenFactor">): boolean {
  return tokenFactor > 1;
}
