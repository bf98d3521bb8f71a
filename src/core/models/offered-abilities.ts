import type { EngineCapabilities } from "../ports/engine.ts";
import type { ModelAbilities } from "./model-abilities.ts";

/** The abilities of a model of which requests can make use through an engine that can do this. */
export function offeredAbilities(
  abilities: ModelAbilities,
  { sampling, outputFormats }: EngineCapabilities,
): ModelAbilities {
  const { byDefault } = abilities.thinking;
  return {
    ...abilities,
    ...(!sampling && {
      sampling: "none",
      efforts: [],
      thinking: { byDefault, adaptive: false, budget: false },
    }),
    ...(!outputFormats && { takesOutputFormat: false }),
  };
}
