import type { Sampling } from "../words/sampling.ts";
import type { FittedThinking } from "./fit-thinking.ts";
import { EFFORT_LEVELS, type EffortLevel, type ModelAbilities } from "./model-abilities.ts";

interface WantedEffort {
  readonly sampling: Sampling;
  /** What counts: the client's effort or the profile's. */
  readonly wanted: Sampling["effort"];
  readonly thinks: boolean;
  readonly thinking: FittedThinking | undefined;
}

/** A budget for thinking as an effort, for models that take none: up to so many tokens. */
const EFFORT_OF_BUDGET: readonly (readonly [EffortLevel, number])[] = [
  ["low", 4096],
  ["medium", 16_384],
];

/** The level nearest to what is wanted among those that the model takes, also beside its thinking. Undefined: Claude Code's own. */
export function fitEffort(asked: WantedEffort, abilities: ModelAbilities): EffortLevel | undefined {
  const { efforts, defaultEffort, thinking: taken } = abilities;
  if (defaultEffort === undefined) return undefined;
  const { thinks, thinking } = asked;
  // It thinks all the same: as little as it can.
  if (!thinks && thinking === undefined) return "low";
  const most = highest(thinking, taken);
  // Claude Code's own may be more, by the settings of the person who runs it.
  const level = levelOf(asked) ?? (most === "max" ? undefined : defaultEffort);
  return level && nearest(level, most, efforts);
}

function levelOf({ sampling, wanted, thinking }: WantedEffort): EffortLevel | undefined {
  if (wanted === "minimal") return "low";
  if (wanted !== undefined && wanted !== "none") return wanted;
  const { thinkingTokens } = sampling;
  if (thinkingTokens === undefined || thinking !== undefined) return undefined;
  return EFFORT_OF_BUDGET.find(([, most]) => thinkingTokens <= most)?.[0] ?? "high";
}

function highest(thinking: FittedThinking | undefined, taken: ModelAbilities["thinking"]): EffortLevel {
  if (thinking === "off") return taken.disabledUpTo ?? "max";
  return thinking === "between-tools" ? (taken.betweenToolsUpTo ?? "max") : "max";
}

/** What the model does not take becomes the next level below, which costs no more than was asked for. */
function nearest(level: EffortLevel, most: EffortLevel, efforts: readonly EffortLevel[]): EffortLevel {
  const limit = Math.min(rank(level), rank(most));
  return efforts.findLast((each) => rank(each) <= limit) ?? "low";
}

function rank(level: EffortLevel): number {
  return EFFORT_LEVELS.indexOf(level);
}
