import { describe, test } from "vitest";

import { describeProgram } from "../describe-program.ts";
import type { ProgramName } from "../find-program.ts";
import { claudeSession } from "./claude-session.ts";
import { codexSession } from "./codex-session.ts";
import { continueSession } from "./continue-session.ts";
import { opencodeSession } from "./opencode-session.ts";
import { playProgramSession } from "./play-program-session.ts";
import { nameOf, type SessionCase } from "./play-session.ts";
import { ACCOUNTS } from "./session-accounts.ts";
import type { ProgramClient } from "./program-session.ts";
import { qwenSession } from "./qwen-session.ts";
import { OPUS, SONNET } from "./session-models.ts";
import { shareSessionStage } from "./session-stage.ts";

interface Session extends SessionCase {
  readonly program: ProgramName;
  readonly client: ProgramClient;
  readonly account: keyof typeof ACCOUNTS;
}

/**
 * Each program with an alias and with the newest model's full name, but for those that take long to start. No more at once than
 * a small machine starts in time.
 */
const WAVES: readonly (readonly Session[])[] = [
  [
    {
      program: "opencode",
      client: opencodeSession,
      model: SONNET,
      account: "key",
      silence: "while thinking",
    },
    { program: "qwen", client: qwenSession, model: OPUS, account: "plan", silence: "while thinking" },
    { program: "codex", client: codexSession, model: SONNET, account: "key", silence: "before the headers" },
    { program: "codex", client: codexSession, model: OPUS, account: "plan", silence: "while thinking" },
  ],
  [
    { program: "claude", client: claudeSession, model: SONNET, account: "key", silence: "with pings" },
    { program: "claude", client: claudeSession, model: OPUS, account: "plan", silence: "before the headers" },
    {
      program: "continue",
      client: continueSession,
      model: SONNET,
      account: "key",
      silence: "before the first word",
    },
    { program: "continue", client: continueSession, model: OPUS, account: "plan", silence: "with pings" },
  ],
];

const names = WAVES.flat().map(({ client, ...session }) => nameOf(client.name, session));
const stages = {
  key: shareSessionStage(names, { plays: "as-the-model" }, ACCOUNTS.key.environment),
  plan: shareSessionStage(names, { plays: "as-the-model" }, ACCOUNTS.plan.environment),
} as const;

describe("four rounds with a forced tool, a 429 and ten seconds of silence, and a limit of the account", () => {
  for (const sessions of WAVES) {
    describe(sessions.map(({ program }) => program).join(", "), () => {
      describe.concurrent("at once", () => {
        for (const { program: name, client, ...session } of sessions) {
          describeProgram(name, (program) => {
            test(nameOf(client.name, session), { timeout: 600_000 }, ({ onTestFinished }) =>
              playProgramSession(stages[session.account](), client, program, session, onTestFinished),
            );
          });
        }
      });
    });
  }
});
