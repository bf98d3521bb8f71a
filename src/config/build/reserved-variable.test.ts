import { expect, test } from "vitest";

import { AGENT_KIND, CHAT_KIND } from "../../../test/engine/turn-fixtures.ts";
import { CONNECT_TIMEOUT_VARIABLE } from "../../engines/mcp/connect-timeout.ts";
import { spareOptions } from "../../engines/claude/start-options.ts";
import { GC_TIMER_VARIABLE } from "../../engines/claude/process-settings.ts";
import { DEFAULT_TURN_SETTINGS } from "../../engines/claude/turn-settings.ts";
import { whyReserved } from "./reserved-variable.ts";

/** What a profile may change. */
const DEFAULTS: readonly string[] = [CONNECT_TIMEOUT_VARIABLE, GC_TIMER_VARIABLE];

test("what Turnpike sets for its processes is not a profile's to set", () => {
  const settings = { environment: {}, upstreamRetries: 2 };
  const names = [AGENT_KIND, CHAT_KIND].flatMap((kind) =>
    Object.keys(spareOptions(kind, settings).env ?? {}),
  );
  expect(names).toContain("CLAUDE_CODE_MAX_RETRIES");
  const perTurn: { env: object } = JSON.parse(DEFAULT_TURN_SETTINGS);
  for (const name of [...names, ...Object.keys(perTurn.env)]) {
    if (DEFAULTS.includes(name)) continue;
    expect(whyReserved(name) ?? `${name} is not reserved`).toContain("Turnpike sets it itself");
  }
  for (const name of DEFAULTS) expect(whyReserved(name)).toBeUndefined();
});

test.each([
  ["TURNPIKE_API_KEY", "Claude Code never gets it"],
  ["CLAUDECODE", "Claude Code never gets it"],
  ["claude_code_simple", "Turnpike sets it itself"],
  ["CLAUDE_CODE_MAX_RETRIES", "use turns.upstreamRetries"],
  ["CLAUDE_CODE_EFFORT_LEVEL", "use the profile's effort"],
])("%s: %s", (name, why) => {
  expect(whyReserved(name)).toContain(why);
});

test.each(["CLAUDE_CODE_USE_BEDROCK", "ANTHROPIC_BASE_URL", "AWS_REGION", "GITHUB_TOKEN", "PATH"])(
  "%s is a profile's to set",
  (name) => {
    expect(whyReserved(name)).toBeUndefined();
  },
);
