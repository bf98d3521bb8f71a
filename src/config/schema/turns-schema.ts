import { z } from "zod";

import { duration, oneOf, wholeNumber } from "./setting-values.ts";
import { optionalSetting, setting } from "./setting.ts";

export const turnsSchema = z.strictObject({
  maxTurnsAtOnce: optionalSetting(wholeNumber(1, 1000), {
    flag: "--max-turns-at-once <number>",
    about: "Most turns that run at the same time; more wait in the queue.",
    default: "as many as sessions",
  }),
  queue: setting(wholeNumber(0, 100_000), {
    flag: "--queue <number>",
    about: "Most turns that wait; the next gets 429 with Retry-After.",
    default: "100",
  }),
  turnTimeout: setting(duration(), {
    flag: "--turn-timeout <time>",
    about: "Longest time for one turn.",
    default: "2h",
  }),
  firstByteTimeout: setting(duration(), {
    flag: "--first-byte-timeout <time>",
    about: "Longest wait for the first sign of an answer from the model's API.",
    default: "10m",
  }),
  streamIdleTimeout: setting(duration(), {
    flag: "--stream-idle-timeout <time>",
    about: "Longest time without a byte from the model's API within its answer; its pings count.",
    default: "5m",
  }),
  lease: setting(duration(100), {
    flag: "--lease <time>",
    about:
      "How long a server that has gone silent keeps its turns from the others on its database; then they fail them, or take up what had not begun.",
    default: "30s",
  }),
  upstreamRetries: setting(wholeNumber(0, 10), {
    flag: "--upstream-retries <number>",
    about: "How often a failed model request is tried again.",
    default: "2",
  }),
  tokenCount: setting(oneOf("auto", "estimate"), {
    flag: "--token-count <how>",
    about:
      "How a client's question for input tokens is answered. auto: by the model's API, which counts for free, where Claude Code has an API key; else, and with estimate, by reckoning.",
    default: "auto",
  }),
});
