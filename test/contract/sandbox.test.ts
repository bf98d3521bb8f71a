import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import { processKind } from "../../src/core/turn/process-kind.ts";
import type { Profile } from "../../src/core/words/profile.ts";
import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { detectSandbox } from "../../src/engines/process/sandbox-support.ts";
import { AGENT_PROFILE } from "../engine/turn-fixtures.ts";
import { turnInput } from "../engine/turn-input.ts";
import { message } from "../conformance/store-fixtures.ts";
import { isSleep, waitForProcesses } from "../integration/find-processes.ts";
import { ALLOWING_SUPERVISOR } from "./allowing-supervisor.ts";
import { whyNoSandbox } from "./find-sandbox.ts";
import { runTurn, shareClaude } from "./share-claude.ts";

const claude = shareClaude();
const missing = await whyNoSandbox();

const RUN = turnInput([message("user", "run it")], {
  permissions: { mode: "acceptEdits", allow: ["Bash"], deny: [], directories: [] },
});

/** Runs these commands, one after the other, in a session with this sandbox and with everything allowed. */
async function run(sandbox: Profile["sandbox"], inputs: readonly { command: string }[]) {
  const { start, agent, model } = claude();
  const kind = processKind({ ...AGENT_PROFILE, sandbox });
  const session = await start(agent({ kind }), { firstTurn: RUN });
  onTestFinished(() => session.close());
  const calls = inputs.map((input) =>
    reply({ blocks: [toolUse("Bash", { description: "Run it", ...input })] }),
  );
  model.respondWith([...calls, text("Done.")]);
  return { session, turn: runTurn(session, RUN, undefined, ALLOWING_SUPERVISOR) };
}

describe.skipIf(missing !== undefined)(
  `a command in the sandbox${missing === undefined ? "" : ` (${missing})`}`,
  () => {
    test("writes in the workspace and nowhere else, and reaches no network", async () => {
      const { folder, workspace } = claude();
      const outside = join(folder, "outside");
      await mkdir(outside);
      let calls = 0;
      const server = createServer((_, response) => response.end(`${(calls += 1)}`));
      await once(server.listen(0, "127.0.0.1"), "listening");
      onTestFinished(() => void server.close());
      // Proof: it listens on TCP.
      const { port } = server.address() as AddressInfo;
      const { turn } = await run("required", [
        { command: "echo inside > inside.txt" },
        { command: `echo outside > ${outside}/outside.txt` },
        { command: `curl -s -m 3 http://127.0.0.1:${port}/` },
      ]);
      const ends = (await turn).filter((event) => event.type === "activity-end");
      expect(ends.map(({ isError }) => isError)).toEqual([false, true, true]);
      expect(await readFile(join(workspace, "inside.txt"), "utf8")).toBe("inside\n");
      expect(existsSync(join(outside, "outside.txt"))).toBe(false);
      expect(calls).toBe(0);
    });

    test("may be taken out of it where it is not required, and not where it is", async () => {
      const { folder } = claude();
      const escape = (name: string) => ({
        command: `echo out > ${join(folder, name)}`,
        dangerouslyDisableSandbox: true,
      });
      await (
        await run("auto", [escape("soft.txt")])
      ).turn;
      await (
        await run("required", [escape("hard.txt")])
      ).turn;
      expect(existsSync(join(folder, "soft.txt"))).toBe(true);
      expect(existsSync(join(folder, "hard.txt"))).toBe(false);
    });

    test("is not left behind by a Claude Code that is killed", async () => {
      const { folder } = claude();
      const { session, turn } = await run("required", [{ command: "sleep 1000" }]);
      await waitForProcesses(folder, (found) => found.some(isSleep));
      process.kill(session.processId ?? 0, "SIGKILL");
      await turn;
      await session.close();
      await waitForProcesses(folder, (found) => !found.some(isSleep), 0);
    });
  },
);

test.runIf(process.platform === "linux")(
  "without the programs that it needs, there is no sandbox, and why is told",
  async () => {
    const { folder } = claude();
    expect(await detectSandbox(folder)).toEqual({
      isAvailable: false,
      detail: expect.stringMatching(/^socat is not installed\./),
    });
  },
);
