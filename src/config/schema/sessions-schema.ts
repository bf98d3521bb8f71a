import { z } from "zod";

import { byteSize, duration, wholeNumber, yesOrNo } from "./setting-values.ts";
import { optionalSetting, setting } from "./setting.ts";

export const sessionsSchema = z.strictObject({
  maxSessions: setting(wholeNumber(1, 1000), {
    flag: "--max-sessions <number>",
    about: "Most Claude Code processes that hold a conversation; the one idle for longest makes room.",
    default: "8",
  }),
  maxSpares: setting(wholeNumber(0, 100), {
    flag: "--max-spares <number>",
    about: "Started processes kept ready for new conversations, for each kind of profile.",
    default: "1",
  }),
  maxSpawnsAtOnce: optionalSetting(wholeNumber(1, 1000), {
    flag: "--max-spawns-at-once <number>",
    about: "Most processes that start at the same time.",
    default: "the number of cores",
  }),
  workers: setting(yesOrNo(), {
    flag: "--workers <yes|no>",
    choices: ["yes", "no"],
    about:
      "With an API key, turns without Claude Code's own tools run on any idle process; no gives each conversation a process.",
    default: "yes",
  }),
  idleTimeout: setting(duration(), {
    flag: "--idle-timeout <time>",
    about: "A session that nobody uses for this long is ended; its conversation stays.",
    default: "10m",
  }),
  maxMemory: optionalSetting(byteSize(64 * 1024 * 1024), {
    flag: "--max-memory <size>",
    about: "Memory that all Claude Code processes may take together.",
    default: "half of the machine's",
  }),
});
