import type { Sampling } from "../words/sampling.ts";
import type { ModelAbilities } from "./model-abilities.ts";

/** What differs from the API's defaults. */
export type FittedSampling = Pick<Sampling, "temperature" | "topP" | "topK">;

const DEFAULT_TEMPERATURE = 1;
const DEFAULT_TOP_P = 1;
/** A model that thinks takes nothing below. */
const MIN_TOP_P_WITH_THINKING = 0.95;

/**
 * The sampling that the model takes. Of a temperature and `top_p` the temperature counts. `mustThink`: the client wants
 * thinking more than what excludes it.
 */
export function fitSampling(
  asked: Sampling,
  { sampling: taken }: ModelAbilities,
  mustThink: boolean,
): {
  readonly sampling: FittedSampling;
  /** The API takes it only from a model that does not think. */
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

function unlikeDefaults({ temperature, topP, topK }: Sampling): FittedSampling {
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
