import type { ExpectedTurn } from "../../core/ports/usage-limits.ts";
import type { TurnUse } from "../../core/words/usage.ts";
import { RecentMap } from "../../lib/recent-map.ts";
import type { TurnAmounts } from "./limit-spec.ts";
import { amountsOf } from "./turn-amounts.ts";

/** What an answer may come to whose client sets no maximum. */
const USUAL_OUTPUT_TOKENS = 4_096;
/** What Claude Code adds to the input: by itself, and with its own prompt and tools. */
const ADDED_TOKENS = 256;
const ADDED_WITH_TOOLS = 20_000;
/** Of the dearest models, in millionths of a US dollar for a token. */
const INPUT_MICROS = 30;
const OUTPUT_MICROS = 150;
const MAX_REMEMBERED = 10_000;

/** What turns of one key with one model have shown lately. */
interface Learned {
  /** Tokens beyond the estimated input and the output: Claude Code adds to the input, and asks the model several times. */
  readonly addedTokens: number;
  readonly outputTokens: number;
  readonly costMicros: number;
}

/** A turn before it begins. */
export interface Expectation {
  readonly inputTokens: number;
  /** What is known: the input, and the maximum of the output if the client sets one. */
  readonly least: TurnAmounts;
  /** The same of the turns of its request that come right after it, together. */
  readonly leastOfOthers: TurnAmounts;
  /** What it may come to, as turns before it did. */
  readonly likely: TurnAmounts;
}

/** What turns may come to. */
export class ExpectedUse {
  readonly #learned = new RecentMap<string, Learned>(MAX_REMEMBERED);

  of(turn: ExpectedTurn): Expectation {
    const inputTokens = turn.inputTokens();
    const { maxOutputTokens = 0, target, alongside = [] } = turn;
    const learned = this.#learned.get(nameOf(turn));
    const outputTokens = turn.maxOutputTokens ?? Math.max(USUAL_OUTPUT_TOKENS, learned?.outputTokens ?? 0);
    const isAgent = target.profile.builtinTools !== "off" && target.profile.systemPrompt === "claude-code";
    const added = learned?.addedTokens ?? (isAgent ? ADDED_WITH_TOOLS : ADDED_TOKENS);
    const input = inputTokens + added;
    const others = alongside.map((other) => leastTokens(other.inputTokens(), other.maxOutputTokens));
    return {
      inputTokens,
      least: { tokens: leastTokens(inputTokens, maxOutputTokens), costMicros: 0 },
      // Nothing begins where nothing is left: a millionth is, for each.
      leastOfOthers: {
        tokens: others.reduce((sum, tokens) => sum + tokens, 0),
        costMicros: others.length,
      },
      likely: {
        tokens: input + outputTokens,
        costMicros: learned?.costMicros ?? input * INPUT_MICROS + outputTokens * OUTPUT_MICROS,
      },
    };
  }

  /** Remembers the largest of the latest turns, and forgets it step by step. */
  learn(turn: ExpectedTurn, { inputTokens }: Expectation, use: TurnUse): void {
    const { tokens, costMicros } = amountsOf(use);
    const { outputTokens } = use.usage;
    const before = this.#learned.get(nameOf(turn));
    const largest = (name: keyof Learned, now: number) =>
      Math.max(now, Math.floor((before?.[name] ?? 0) / 2));
    this.#learned.set(nameOf(turn), {
      addedTokens: largest("addedTokens", Math.max(0, tokens - outputTokens - inputTokens)),
      outputTokens: largest("outputTokens", outputTokens),
      costMicros: largest("costMicros", costMicros),
    });
  }
}

function leastTokens(inputTokens: number, maxOutputTokens = 0): number {
  return Math.max(1, inputTokens + maxOutputTokens);
}

function nameOf({ principalId, target }: ExpectedTurn): string {
  return `${principalId} ${target.modelId}`;
}
