import type { ClientTools } from "../words/client-tool.ts";
import type { Sampling } from "../words/sampling.ts";
import { fitSampling, type FittedSampling } from "./fit-sampling.ts";
import { type FittedThinking, fitThinking, MIN_THINKING_TOKENS } from "./fit-thinking.ts";
import { type Forcing, howToForce, isForced } from "./forced-tools.ts";
import { EFFORT_LEVELS, type EffortLevel, type ModelAbilities } from "./model-abilities.ts";

/** A part of the request that the model does not support as asked: it is left out or replaced. */
export type Misfit =
  | "temperature"
  | "topP"
  | "topK"
  | "maxOutputTokens"
  | "effort"
  | "thinkingTokens"
  | "toolChoice";

/** Whether the round of tool calls, for which the turn brings results, began with thinking. */
export type RoundThinking = "thought" | "unthought";

/** What a turn asks of the model. */
export interface AskedOfModel {
  readonly sampling: Sampling;
  /** The profile's effort, used when the client asks for none. */
  readonly defaultEffort?: Sampling["effort"];
  readonly tools: ClientTools;
  /** The model continues the beginning of an answer, which it does without thinking. */
  readonly isPrefilled?: boolean;
  /** The round that the turn continues; for a thinking budget it must have begun with thinking. */
  readonly round?: RoundThinking | undefined;
}

/** The same request in the form that one model accepts. */
export interface FittedTurn {
  readonly sampling: FittedSampling;
  readonly maxOutputTokens?: number;
  /** Absent: left to Claude Code. */
  readonly effort?: EffortLevel;
  readonly thinking?: FittedThinking;
  readonly forcing: Forcing;
  readonly misfits: readonly Misfit[];
}

/**
 * Fits a turn's request to this model. Everything that the API would refuse is left out or replaced by the nearest alternative:
 * nothing in the result causes a 400.
 */
export function fitTurn(asked: AskedOfModel, abilities: ModelAbilities): FittedTurn {
  const { sampling, defaultEffort, tools, isPrefilled = false, round } = asked;
  const misfits = new Set<Misfit>();
  const forcing = howToForce(tools, abilities);
  if (forcing === "words") misfits.add("toolChoice");

  const maxOutputTokens = fitMaxOutputTokens(sampling.maxOutputTokens, abilities, misfits);
  const wanted = sampling.effort ?? defaultEffort;
  // Thinking counts as output: where the smallest thinking budget does not fit, nothing would be left for the answer.
  const hasRoom = maxOutputTokens === undefined || maxOutputTokens > MIN_THINKING_TOKENS;
  const isForcedWithoutThinking = forcing === "native" && abilities.forcedTools === "without-thinking";
  const takesBudget = round !== "unthought";
  const mayThink =
    hasRoom &&
    !isPrefilled &&
    !isUnasked(sampling, abilities) &&
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

function isUnasked({ thinksOnlyIfAsked, asksToThink }: Sampling, { thinking }: ModelAbilities): boolean {
  return thinksOnlyIfAsked === true && asksToThink !== true && thinking.byDefault === "off";
}

/**
 * Whether the turn must continue without thinking although there may be some in its round, on a model that then refuses the
 * round's thinking.
 */
export function dropsRoundThinking(asked: AskedOfModel, abilities: ModelAbilities): boolean {
  if (asked.round === undefined || !thinksByBudgetOnly(abilities)) return false;
  return fitTurn(asked, abilities).thinking === "off";
}

function thinksByBudgetOnly({ thinking }: ModelAbilities): boolean {
  return thinking.budget && !thinking.adaptive;
}

/** Whether any part of the request is accepted by one model and not by another. */
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

/** Whether the client does not get the effort it asked for. */
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
  /** The effective effort: the client's, otherwise the profile's. */
  readonly wanted: Sampling["effort"];
  readonly thinks: boolean;
  readonly thinking: FittedThinking | undefined;
}

/** The effort that replaces a thinking budget on models without budgets: each up to this many tokens. */
const EFFORT_OF_BUDGET: readonly (readonly [EffortLevel, number])[] = [
  ["low", 4096],
  ["medium", 16_384],
];

/**
 * The level nearest to the wanted one that the model accepts, also in combination with its thinking. Undefined: left to Claude
 * Code.
 */
function fitEffort(asked: WantedEffort, abilities: ModelAbilities): EffortLevel | undefined {
  const { efforts, defaultEffort, thinking: taken } = abilities;
  if (defaultEffort === undefined) return undefined;
  const { thinks, thinking } = asked;
  // The model thinks anyway, so it should think as little as possible.
  if (!thinks && thinking === undefined) return "low";
  const most = highest(thinking, taken);
  // Claude Code's own effort may be higher, depending on the settings of the person who runs it.
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

/** An unsupported level becomes the next lower one, which costs no more than what was asked for. */
function nearest(level: EffortLevel, most: EffortLevel, efforts: readonly EffortLevel[]): EffortLevel {
  const limit = Math.min(rank(level), rank(most));
  return efforts.findLast((each) => rank(each) <= limit) ?? "low";
}

function rank(level: EffortLevel): number {
  return EFFORT_LEVELS.indexOf(level);
}
