import type { Sampling } from "../words/sampling.ts";
import type { ModelAbilities } from "./model-abilities.ts";

/** The parameters that differ from the API's defaults. */
export type FittedSampling = Pick<Sampling, "temperature" | "topP" | "topK">;

const DEFAULT_TEMPERATURE = 1;
const DEFAULT_TOP_P = 1;
/** A model that thinks accepts no lower value. */
const MIN_TOP_P_WITH_THINKING = 0.95;

/**
 * The sampling parameters that the model accepts. If both a temperature and `top_p` are given, the temperature wins.
 * `mustThink`: thinking matters more to the client than the parameters that exclude it.
 */
export function fitSampling(
  asked: Sampling,
  { sampling: taken }: ModelAbilities,
  mustThink: boolean,
): {
  readonly sampling: FittedSampling;
  /** The API accepts these only from a model that is not thinking. */
  readonly excludesThinking: boolean;
  readonly misfits: readonly (keyof FittedSampling)[];
} {
  const wanted = unlikeDefaults(asked);
  const sampling = taken === "none" ? {} : withOne(mustThink ? besideThinking(wanted) : wanted);
  const names = ["temperature", "topP", "topK"] as const;
  return {
    sampling,
    excludesThinking: Object.keys(sampling).length > Object.keys(besideThinking(sampling)).length,
    misfits: names.filter((name) => wanted[name] !== sampling[name]),
  };
}

/** Those that ask for something else than the API does unasked. */
export function unlikeDefaults({ temperature, topP, topK }: Sampling): FittedSampling {
  return {
    ...(temperature !== undefined && temperature !== DEFAULT_TEMPERATURE && { temperature }),
    ...(topP !== undefined && topP !== DEFAULT_TOP_P && { topP }),
    ...(topK !== undefined && { topK }),
  };
}

function withOne({ temperature, topP, topK }: FittedSampling): FittedSampling {
  return {
    ...(temperature !== undefined ? { temperature } : topP !== undefined && { topP }),
    ...(topK !== undefined && { topK }),
  };
}

function besideThinking({ topP }: FittedSampling): FittedSampling {
  return topP !== undefined && topP >= MIN_TOP_P_WITH_THINKING ? { topP } : {};
}
