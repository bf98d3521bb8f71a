import { describe, test } from "vitest";

import { playConversation } from "./random-conversations/play-conversation.ts";
import { OTHER_MODELS } from "./random-conversations/samples.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import type { TurnpikeOptions } from "./start-turnpike.ts";

/**
 * How many conversations are played in each mode, in place of the few that every run has: `TURNPIKE_TEST_CONVERSATIONS=300` takes
 * about a quarter of an hour.
 */
const CONVERSATIONS = process.env["TURNPIKE_TEST_CONVERSATIONS"];
/**
 * The first one's; each of the others has the next. A failure names its conversation's own, with which that one can be played first.
 * Every run has the same few; who plays many has others each time.
 */
const SEED = Number(
  process.env["TURNPIKE_TEST_SEED"] ??
    (CONVERSATIONS === undefined ? 1 : Math.floor(Math.random() * 2 ** 31)),
);

interface Mode {
  readonly mode: string;
  /** How many of its conversations every run has: they take about ten seconds. */
  readonly count: number;
  readonly options: Pick<TurnpikeOptions, "flags" | "environment">;
}

/** A failure is to be seen, not mended by a second try. */
const flags = { "turns.upstreamRetries": 0 };

const MODES: readonly Mode[] = [
  { mode: "workers", count: 15, options: { flags } },
  { mode: "sessions alone", count: 5, options: { flags: { ...flags, "sessions.workers": "no" } } },
  {
    mode: "a personal login",
    count: 6,
    options: {
      flags,
      environment: { ANTHROPIC_API_KEY: undefined, CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-test" },
    },
  },
];

/**
 * Clients of all protocols say whatever their protocol allows, to all models, which answer as today's do: the model's API refuses none
 * of it, no request fails that does not deserve to, and each answer is what its protocol promises.
 */
describe.each(MODES)("with $mode", ({ count, options }) => {
  const shared = shareTurnpike(options, { plays: "as-the-model", models: OTHER_MODELS });
  const conversations = Number(CONVERSATIONS ?? count);

  test(
    "random conversations are answered as promised",
    async () => {
      for (let number = 0; number < conversations; number += 1) {
        await playConversation(shared(), SEED + number);
      }
    },
    60_000 + conversations * 30_000,
  );
});
