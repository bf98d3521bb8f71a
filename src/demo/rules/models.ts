import { ALL_EFFORTS } from "./model-rules.ts";
import type { Effort, ModelRules } from "./model-rules.ts";

const WITHOUT_XHIGH: readonly Effort[] = ["low", "medium", "high", "max"];

/** Ids of models up to Opus 5: they read each other's thinking, and the newer ones can read theirs. */
const EARLIER = [
  "claude-fable-5",
  "claude-opus-5",
  "claude-sonnet-5",
  "claude-opus-4-8",
  "claude-opus-4-7",
  "claude-opus-4-6",
  "claude-sonnet-4-6",
  "claude-haiku-4-5",
  "claude-sonnet-4-5",
  "claude-opus-4-5",
];

const modern: Omit<ModelRules, "id" | "displayName" | "line" | "launched"> = {
  retiresAt: null,
  contextWindow: 1_000_000,
  maxOutput: 128_000,
  thinksByDefault: true,
  thinkingTypes: ["adaptive"],
  maxEffortWithoutThinking: "high",
  efforts: ALL_EFFORTS,
  defaultEffort: "high",
  thinkingDisplay: "omitted",
  sampling: "default-only",
  takesForcedTools: false,
  takesPrefill: false,
  takesOldestComputerTool: false,
  systemMessages: "taken",
  bindsThinking: true,
  readsThinkingOf: [...EARLIER, "claude-opus-5-5", "claude-haiku-5-5"],
  speaksInThinking: true,
  // The same text counts about 30 % more tokens from Opus 4.7 on.
  charactersPerToken: 3.1,
  minCachePrefix: 512,
  vision: { maxSide: 2576, maxTokens: 4784 },
  speed: "refused",
};

const earlier: typeof modern = {
  ...modern,
  thinkingTypes: ["adaptive", "disabled"],
  maxEffortWithoutThinking: "max",
  takesForcedTools: true,
  takesOldestComputerTool: true,
  bindsThinking: false,
  readsThinkingOf: [...EARLIER, "claude-haiku-5-5"],
  speaksInThinking: false,
};

const generation46: typeof modern = {
  ...earlier,
  thinksByDefault: false,
  thinkingTypes: ["adaptive", "enabled", "disabled"],
  efforts: WITHOUT_XHIGH,
  thinkingDisplay: "summarized",
  sampling: "one",
  systemMessages: "refused",
  charactersPerToken: 4,
  minCachePrefix: 1024,
  vision: { maxSide: 1568, maxTokens: 1568 },
};

const generation45: typeof modern = {
  ...generation46,
  contextWindow: 200_000,
  maxOutput: 64_000,
  thinkingTypes: ["enabled", "disabled"],
  efforts: [],
  takesPrefill: true,
};

export const NEWEST_MODEL: ModelRules = {
  ...modern,
  id: "claude-fable-5-2",
  displayName: "Claude Fable 5.2",
  line: "fable",
  launched: "2026-11-09",
};

/**
 * Today's models, from the platform's documentation and from observed answers of the API (state of 2026-11-28). The product has
 * its own table: a mistake there must not be repeated here.
 */
export const MODELS: readonly ModelRules[] = [
  NEWEST_MODEL,
  {
    ...modern,
    id: "claude-fable-5-1",
    displayName: "Claude Fable 5.1",
    line: "fable",
    launched: "2026-09-01",
    takesOldestComputerTool: true,
  },
  {
    ...modern,
    id: "claude-opus-5-5",
    displayName: "Claude Opus 5.5",
    line: "opus",
    launched: "2026-09-22",
    defaultEffort: "medium",
    readsThinkingOf: [...EARLIER, "claude-haiku-5-5"],
    speed: "taken",
  },
  {
    ...modern,
    id: "claude-sonnet-5-5",
    displayName: "Claude Sonnet 5.5",
    line: "sonnet",
    launched: "2026-09-28",
    thinkingTypes: ["adaptive", "between_tools"],
    readsThinkingOf: [...EARLIER, "claude-haiku-5-5"],
  },
  {
    ...modern,
    id: "claude-haiku-5-5",
    displayName: "Claude Haiku 5.5",
    line: "haiku",
    launched: "2026-10-07",
    thinkingTypes: ["adaptive", "disabled"],
    defaultEffort: "medium",
    takesForcedTools: true,
    readsThinkingOf: [],
    speaksInThinking: false,
  },
  {
    ...earlier,
    id: "claude-opus-5",
    displayName: "Claude Opus 5",
    line: "opus",
    launched: "2026-07-24",
    maxEffortWithoutThinking: "high",
    speed: "with-beta",
  },
  {
    ...earlier,
    id: "claude-sonnet-5",
    displayName: "Claude Sonnet 5",
    line: "sonnet",
    launched: "2026-06-30",
    systemMessages: "claude-code",
    minCachePrefix: 1024,
  },
  {
    ...earlier,
    id: "claude-fable-5",
    displayName: "Claude Fable 5",
    line: "fable",
    launched: "2026-06-09",
    thinkingTypes: ["adaptive"],
  },
  {
    ...earlier,
    id: "claude-opus-4-8",
    displayName: "Claude Opus 4.8",
    line: "opus",
    launched: "2026-05-28",
    thinksByDefault: false,
    minCachePrefix: 1024,
    speed: "with-beta",
  },
  {
    ...earlier,
    id: "claude-opus-4-7",
    displayName: "Claude Opus 4.7",
    line: "opus",
    launched: "2026-04-16",
    thinksByDefault: false,
    systemMessages: "refused",
    minCachePrefix: 1024,
  },
  {
    ...generation46,
    id: "claude-opus-4-6",
    displayName: "Claude Opus 4.6",
    line: "opus",
    launched: "2026-02-05",
    minCachePrefix: 4096,
  },
  {
    ...generation46,
    id: "claude-sonnet-4-6",
    displayName: "Claude Sonnet 4.6",
    line: "sonnet",
    launched: "2026-02-17",
  },
  {
    ...generation45,
    id: "claude-haiku-4-5",
    displayName: "Claude Haiku 4.5",
    line: "haiku",
    launched: "2025-10-01",
    minCachePrefix: 4096,
  },
  {
    ...generation45,
    id: "claude-sonnet-4-5",
    displayName: "Claude Sonnet 4.5",
    line: "sonnet",
    launched: "2025-09-29",
    retiresAt: "2026-11-30",
  },
  {
    ...generation45,
    id: "claude-opus-4-5",
    displayName: "Claude Opus 4.5",
    line: "opus",
    launched: "2025-11-01",
    retiresAt: "2027-01-22",
    efforts: ["low", "medium", "high"],
    minCachePrefix: 4096,
  },
];

/** The model that an id names, with or without its date; undefined for ids that the API answers with 404. */
export function modelNamed(id: string): ModelRules | undefined {
  return BY_ID.get(id);
}

const BY_ID: ReadonlyMap<string, ModelRules> = new Map(
  MODELS.flatMap((model) => [
    [model.id, model],
    [`${model.id}-${model.launched.replaceAll("-", "")}`, model],
  ]),
);
