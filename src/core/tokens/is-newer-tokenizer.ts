import type { ModelAbilities } from "../models/model-abilities.ts";

/** Whether the model uses the tokenizer introduced with Opus 4.7. */
export function isNewerTokenizer({ tokenFactor }: Pick<ModelAbilities, "tokenFactor">): boolean {
  return tokenFactor > 1;
}
