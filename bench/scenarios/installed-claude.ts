import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { findClaude } from "../../src/engines/sdk/find-claude.ts";
import { CleanUp } from "../../src/lib/clean-up.ts";
import { delay } from "../../src/lib/time.ts";
import { BareCli } from "../bare/bare-cli.ts";
import type { Scenario } from "../scenario.ts";
import { SETTLE_MS } from "../test-bed.ts";
import { TurnpikeClient } from "../turnpike/turnpike-client.ts";
import { TurnpikeConversation } from "../turnpike/turnpike-conversation.ts";
import { startTurnpikeServer } from "../turnpike/turnpike-server.ts";
import { measureLaterTurns } from "./measure-later-turns.ts";

/** Hot turns of the engine `cli`, beside those of a `claude -p` that is told its messages over stream-json. */
export const installedClaude: Scenario = {
  name: "installed-claude",
  title: "Turns 2–5, engine cli",
  async run(bed) {
    const cleanUp = new CleanUp();
    try {
      const folder = join(bed.folder, "installed");
      await mkdir(folder);
      // That both start the same one is what matters.
      const { path: executable } = await findClaude(undefined, { PATH: process.env["PATH"] ?? "" });
      const server = await startTurnpikeServer(
        {
          environment: bed.environmentOf("installed"),
          dataDir: join(folder, "data"),
          workspace: bed.spec.workspace,
          engine: "cli",
          executable,
        },
        cleanUp,
      );
      const client = new TurnpikeClient(server);
      cleanUp.defer(() => client.close());
      const settings = { environment: bed.environmentOf("bare-installed"), upstreamRetries: 2 };
      const { turnpike, bare } = await measureLaterTurns(
        {
          ...bed,
          bare: new BareCli(executable, settings, cleanUp),
          newConversation: (history) =>
            new TurnpikeConversation({
              client,
              model: bed.modelId,
              tag: bed.newTag(),
              history,
              tools: undefined,
            }),
          async settle() {
            await client.untilQuiet();
            await delay(SETTLE_MS);
          },
        },
        "resent",
      );
      const hot = { what: "hot turn of claude -p with stream-json", samples: bare };
      return [{ what: "first token", unit: "ms", turnpike, bare: hot, maxRatio: 1.25 }];
    } finally {
      await cleanUp.run();
    }
  },
};
