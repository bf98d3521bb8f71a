import type { EffortLevel, ModelAbilities } from "./model-abilities.ts";

/** One row of the table: a model's abilities without its own id. */
type Line = Omit<ModelAbilities, "id" | "isKnown">;

const UP_TO_HIGH: readonly EffortLevel[] = ["low", "medium", "high"];
const WITHOUT_XHIGH: readonly EffortLevel[] = [...UP_TO_HIGH, "max"];
const ALL_EFFORTS: readonly EffortLevel[] = [...UP_TO_HIGH, "xhigh", "max"];

const LARGE = { contextTokens: 1_000_000, maxOutputTokens: 128_000 } as const;
const SMALL = { contextTokens: 200_000, maxOutputTokens: 64_000 } as const;

const FINE_IMAGES = { maxTokens: 4784, maxEdge: 2576 } as const;
const COARSE_IMAGES = { maxTokens: 1568, maxEdge: 1568 } as const;

/** From 4.7 on, the same text takes about 30 % more tokens. */
const NEW_TOKENIZER = { tokenFactor: 1.3, images: FINE_IMAGES } as const;
const OLD_TOKENIZER = { tokenFactor: 1, images: COARSE_IMAGES } as const;

/** Thinking cannot be turned off; sampling parameters and forced tools are refused. */
const ALWAYS_THINKING = { byDefault: "adaptive", adaptive: true, budget: false } as const;

/** Opus 5.5, whose limits every newer model is assumed to have. */
const STRICTEST: Line = {
  sampling: "none",
  forcedTools: "refused",
  thinking: ALWAYS_THINKING,
  efforts: ALL_EFFORTS,
  defaultEffort: "medium",
  takesPrefill: false,
  bindsThinking: true,
  keepsThinking: true,
  thinksBetweenTools: true,
  takesSystemMessages: true,
  ...LARGE,
  ...NEW_TOKENIZER,
  takesOutputFormat: true,
  minCachedTokens: 1024,
};

const FABLE_5: Line = {
  ...STRICTEST,
  defaultEffort: "high",
  forcedTools: "taken",
  bindsThinking: false,
  thinksBetweenTools: false,
  minCachedTokens: 512,
};

const OPUS_5: Line = {
  ...FABLE_5,
  thinking: { byDefault: "adaptive", adaptive: true, budget: false, disabledUpTo: "high" },
};

const OPUS_4_8: Line = {
  ...OPUS_5,
  thinking: { byDefault: "off", adaptive: true, budget: false, disabledUpTo: "max" },
  minCachedTokens: 1024,
};

const OPUS_4_6: Line = {
  ...OPUS_4_8,
  sampling: "one",
  thinking: { byDefault: "off", adaptive: true, budget: true, disabledUpTo: "max" },
  efforts: WITHOUT_XHIGH,
  takesSystemMessages: false,
  ...OLD_TOKENIZER,
  minCachedTokens: 4096,
};

const { defaultEffort: _, ...WITHOUT_EFFORT } = OPUS_4_6;
const HAIKU_4_5: Line = {
  ...WITHOUT_EFFORT,
  forcedTools: "without-thinking",
  thinking: { byDefault: "off", adaptive: false, budget: true, disabledUpTo: "max" },
  efforts: [],
  takesPrefill: true,
  keepsThinking: false,
  ...SMALL,
};

/**
 * Keyed by base id. Source: Anthropic's documentation of the models and of the Messages API, the changelogs of its SDKs and
 * responses of the API, as of November 2026.
 */
export const MODEL_TABLE: Readonly<Record<string, Line>> = {
  "claude-fable-5-2": { ...STRICTEST, defaultEffort: "high" },
  "claude-fable-5-1": { ...STRICTEST, defaultEffort: "high", minClaudeCode: "2.1.251" },
  "claude-fable-5": FABLE_5,
  "claude-opus-5-5": { ...STRICTEST, minClaudeCode: "2.1.280" },
  "claude-opus-5": OPUS_5,
  "claude-opus-4-8": OPUS_4_8,
  "claude-opus-4-7": { ...OPUS_4_8, takesSystemMessages: false },
  "claude-opus-4-6": OPUS_4_6,
  "claude-opus-4-5": {
    ...HAIKU_4_5,
    keepsThinking: true,
    efforts: UP_TO_HIGH,
    defaultEffort: "high",
    endsOn: "2027-01-22",
  },
  "claude-sonnet-5-5": {
    ...STRICTEST,
    thinking: { ...ALWAYS_THINKING, betweenToolsUpTo: "high" },
    defaultEffort: "high",
    minCachedTokens: 512,
  },
  "claude-sonnet-5": {
    ...OPUS_5,
    thinking: { byDefault: "adaptive", adaptive: true, budget: false, disabledUpTo: "max" },
    takesSystemMessages: false,
    minCachedTokens: 1024,
  },
  "claude-sonnet-4-6": { ...OPUS_4_6, minCachedTokens: 1024 },
  "claude-sonnet-4-5": { ...HAIKU_4_5, minCachedTokens: 1024, endsOn: "2026-11-30" },
  "claude-haiku-5-5": {
    ...STRICTEST,
    forcedTools: "taken",
    thinking: { ...ALWAYS_THINKING, disabledUpTo: "high" },
    thinksBetweenTools: false,
    takesSystemMessages: false,
  },
  "claude-haiku-4-5": HAIKU_4_5,
};

/** For models that are not in the table. Abilities that may or may not exist are assumed to be missing. */
export const UNKNOWN: Line = { ...STRICTEST, takesSystemMessages: false };

/** Anthropic has retired the models before 4.5; a cloud may still offer one. */
export const OLDER: Line = { ...HAIKU_4_5, takesOutputFormat: false, hasEnded: true };

/** What a family's name stands for until the account tells otherwise. */
export const NEWEST_OF_FAMILY = {
  fable: "claude-fable-5-2",
  opus: "claude-opus-5-5",
  sonnet: "claude-sonnet-5-5",
  haiku: "claude-haiku-5-5",
} as const;
