#!/usr/bin/env bash
# What becomes of a limit by the month that rate-limiter-flexible counts in memory.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts rate-limiter-flexible@11.4.0

cat > run.mjs <<'END'
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { RateLimiterMemory } from "rate-limiter-flexible";

const { version } = JSON.parse(readFileSync("node_modules/rate-limiter-flexible/package.json", "utf8"));
console.log(`Version: rate-limiter-flexible ${version}, Node ${process.versions.node}`);
console.log("Guess:   a limit counts for its duration, be it a minute or a month, and so does the insurance of a limiter in a store");
console.log("Truth:   longer than 24.8 days, the most that a timer of Node takes, it counts for a millisecond: nothing is ever refused,");
console.log("         what `set` wrote is gone, a block ends at once; the result of each call tells the whole month nevertheless");

const DAY = 24 * 60 * 60;
// Node says so on stderr, once for each timer.
process.removeAllListeners("warning");
let warnings = 0;
process.on("warning", ({ name }) => (warnings += name === "TimeoutOverflowWarning" ? 1 : 0));

/** What five calls get of a limit of two. */
async function five(options) {
  const limiter = new RateLimiterMemory({ points: 2, ...options });
  const told = [];
  for (let call = 0; call < 5; call += 1) {
    await delay(20);
    const { consumedPoints, msBeforeNext, refused } = await limiter.consume("key").then(
      (result) => ({ ...result.toJSON(), refused: false }),
      (result) => ({ ...result.toJSON(), refused: true }),
    );
    told.push({ refused, consumedPoints, days: Math.round(msBeforeNext / 1000 / DAY) });
  }
  return told;
}

const short = await five({ duration: 24 * DAY });
const long = await five({ duration: 30 * DAY });
const limiter = new RateLimiterMemory({ points: 2, duration: 1 });
await limiter.set("used", 2, 30 * DAY);
await limiter.block("bad", 30 * DAY);
await delay(20);
const kept = { used: await limiter.get("used"), bad: await limiter.get("bad") };

console.log("Seen:    2 in 24 days:", JSON.stringify(short));
console.log("         2 in 30 days:", JSON.stringify(long));
console.log("         20 ms after set and block for 30 days:", JSON.stringify(kept));
console.log("         warnings of Node:", warnings);
const same =
  short.map(({ refused }) => refused).join() === "false,false,true,true,true" &&
  long.every(({ refused, consumedPoints, days }) => !refused && consumedPoints === 1 && days === 30) &&
  kept.used === null &&
  kept.bad === null &&
  warnings > 0;
console.log(same ? "As described." : "CHANGED: no longer as described.");
process.exitCode = same ? 0 : 1;
END
node run.mjs
