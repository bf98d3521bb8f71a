import type { ClientTools } from "../words/client-tool.ts";
import type { Sampling } from "../words/sampling.ts";
import { fitSampling, type FittedSampling } from "./fit-sampling.ts";
import { type FittedThinking, fitThinking, MIN_THINKING_TOKENS } from "./fit-thinking.ts";
import { type Forcing, howToForce, isForced } from "./forced-tools.ts";
import { EFFORT_LEVELS, type EffortLevel, type ModelAbilities } from "./model-abilities.ts";

/** Something that the model does not take as the client asked for it: it is left out or replaced. */
export type Misfit =
  | "temperature"
  | "topP"
  | "topK"
  | "maxOutputTokens"
  | "effort"
  | "thinkingTokens"
  | "toolChoice";

/** Whether the round of tool calls that the turn brings results for began with thinking. */
export type RoundThinking = "thought" | "unthought";

/** What a turn asks of the model. */
export interface AskedOfModel {
  readonly sampling: Sampling;
  /** The profile's, where the client asks for none. */
  readonly defaultEffort?: Sampling["effort"];
  readonly tools: ClientTools;
  /** The model goes on from the beginning of an answer, which it does without thinking. */
  readonly isPrefilled?: boolean;
  /** Of the round that the turn goes on with; with a budget of thinking it must have begun with thinking. */
  readonly round?: RoundThinking | undefined;
}

/** The same as one model takes it. */
export interface FittedTurn {
  readonly sampling: FittedSampling;
  readonly maxOutputTokens?: number;
  /** Absent: Claude Code's own. */
  readonly effort?: EffortLevel;
  readonly thinking?: FittedThinking;
  readonly forcing: Forcing;
  readonly misfits: readonly Misfit[];
}

/**
 * What of a turn can be asked of this model. Whatever the API would refuse is left out, or replaced by what comes nearest:
 * nothing that remains is a 400 there.
 */
export function fitTurn(asked: AskedOfModel, abilities: ModelAbilities): FittedTurn {
  const { sampling, defaultEffort, tools, isPrefilled = false, round } = asked;
  const misfits = new Set<Misfit>();
  const forcing = howToForce(tools, abilities);
  if (forcing === "words") misfits.add("toolChoice");

  const maxOutputTokens = fitMaxOutputTokens(sampling.maxOutputTokens, abilities, misfits);
  const wanted = sampling.effort ?? defaultEffort;
  // Thinking counts as output: where the smallest budget for it would not fit, nothing would be left for the answer.
  const hasRoom = maxOutputTokens === undefined || maxOutputTokens > MIN_THINKING_TOKENS;
  const isForcedWithoutThinking = forcing === "native" && abilities.forcedTools === "without-thinking";
  const takesBudget = round !== "unthought";
  const mayThink =
    hasRoom &&
    !isPrefilled &&
    wanted !== "none" &&
    wanted !== "minimal" &&
    !isForcedWithoutThinking &&
    (takesBudget || !thinksByBudgetOnly(abilities));
  const sampled = fitSampling(sampling, abilities, mayThink && sampling.asksToThink === true);
  for (const misfit of sampled.misfits) misfits.add(misfit);

  const thinks = mayThink && !sampled.excludesThinking;
  const thinking = fitThinking(
    { sampling, wanted, thinks, forcing, takesBudget, maxOutputTokens },
    abilities,
  );
  if (sampling.thinkingTokens !== undefined && typeof thinking !== "object") misfits.add("thinkingTokens");
  const effort = fitEffort({ sampling, wanted, thinks, thinking }, abilities);
  if (isEffortMissed(sampling, { thinks, thinking, effort })) misfits.add("effort");
  return {
    sampling: sampled.sampling,
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(effort !== undefined && { effort }),
    ...(thinking !== undefined && { thinking }),
    forcing,
    misfits: [...misfits],
  };
}

/**
 * Whether the turn is to go on without thinking though its round was thought about, on a model that then refuses the round's
 * thinking.
 */
export function dropsRoundThinking(asked: AskedOfModel, abilities: ModelAbilities): boolean {
  if (asked.round !== "thought" || !thinksByBudgetOnly(abilities)) return false;
  return fitTurn(asked, abilities).thinking === "off";
}

function thinksByBudgetOnly({ thinking }: ModelAbilities): boolean {
  return thinking.budget && !thinking.adaptive;
}

/** Whether any of it is taken by one model and not by another. */
export function dependsOnModel({ sampling, defaultEffort, tools }: AskedOfModel): boolean {
  const { stopSequences: _, verbosity: __, ...fitted } = sampling;
  return defaultEffort !== undefined || Object.keys(fitted).length > 0 || isForced(tools);
}

function fitMaxOutputTokens(
  asked: number | undefined,
  abilities: ModelAbilities,
  misfits: Set<Misfit>,
): number | undefined {
  if (asked === undefined || asked <= abilities.maxOutputTokens) return asked;
  misfits.add("maxOutputTokens");
  return abilities.maxOutputTokens;
}

/** Whether the client's effort is not what it gets. */
function isEffortMissed(
  { effort: asked, asksToThink }: Sampling,
  got: {
    readonly thinks: boolean;
    readonly thinking: FittedThinking | undefined;
    readonly effort: EffortLevel | undefined;
  },
): boolean {
  switch (asked) {
    case undefined:
      return false;
    case "none":
      return got.thinking !== "off";
    case "minimal":
      return got.thinking !== "off" && got.effort !== "low";
    default:
      return got.effort !== asked || (asksToThink === true && !got.thinks);
  }
}

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
function fitEffort(asked: WantedEffort, abilities: ModelAbilities): EffortLevel | undefined {
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
