import { describe, expect, onTestFinished, test } from "vitest";

import type { EngineSession } from "../../src/core/ports/engine-session.ts";
import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { turnInput } from "../engine/turn-input.ts";
import { message } from "../conformance/store-fixtures.ts";
import { canFindProcesses, findProcesses, isSleep, waitForProcesses } from "../integration/find-processes.ts";
import { ALLOWING_SUPERVISOR } from "./allowing-supervisor.ts";
import { runTurn, shareClaude, textOf } from "./share-claude.ts";

const claude = shareClaude();

/** No command that Claude Code has started outlives its session, whatever ends it. Linux only: /proc is how they are found. */
describe.runIf(canFindProcesses)("what a session has started", () => {
  const RUN = turnInput([message("user", "run it")], {
    permissions: { mode: "acceptEdits", allow: ["Bash"], deny: [], directories: [] },
  });

  /** Runs a command in a session of its own. */
  async function begin(command: string, signal?: AbortSignal) {
    const { start, agent, model, folder } = claude();
    const session = await start(agent(), { firstTurn: RUN });
    onTestFinished(() => session.close());
    model.respondWith([
      reply({ blocks: [toolUse("Bash", { command, description: "Run it" })] }),
      text("Started."),
    ]);
    const sleeps = (count: number) =>
      waitForProcesses(folder, (found) => found.filter(isSleep).length === count);
    return { session, turn: runTurn(session, RUN, signal, ALLOWING_SUPERVISOR), sleeps, folder };
  }

  test.each([
    ["in the background", "sleep 1000 & echo started"],
    ["with nohup", "nohup sleep 1000 >/dev/null 2>&1 & echo started"],
    ["in a session of its own", "setsid sleep 1000 >/dev/null 2>&1 & echo started"],
    [
      "by a parent that is gone",
      "(setsid sh -c 'sleep 1000 & sleep 1000 &' >/dev/null 2>&1 &) ; echo started",
    ],
  ])("%s stays for the session, and ends with it", async (_, command) => {
    const { session, turn, sleeps, folder } = await begin(command);
    expect(textOf(await turn)).toBe("Started.");
    await sleeps(command.split("sleep").length - 1);
    await expectNothingLeft(session, folder);
  });

  test("and what refuses to end is killed", async () => {
    const stubborn = `nohup bash -c 'trap "" TERM HUP INT; while true; do sleep 1000; done' >/dev/null 2>&1 & echo started`;
    const { session, turn, sleeps, folder } = await begin(stubborn);
    await turn;
    await sleeps(1);
    await expectNothingLeft(session, folder);
  });

  test("ends with an interrupt", async () => {
    const stop = new AbortController();
    const { session, turn, sleeps, folder } = await begin("sleep 1000", stop.signal);
    await sleeps(1);
    stop.abort();
    expect((await turn).at(-1)).toMatchObject({ type: "turn-error", error: { kind: "cancelled" } });
    await sleeps(0);
    await expectNothingLeft(session, folder);
  });

  test.each(["SIGKILL", "SIGTERM", "SIGSEGV"] as const)(
    "ends when Claude Code ends by %s",
    async (signal) => {
      const { session, turn, sleeps, folder } = await begin("setsid sleep 1000 & sleep 1000");
      await sleeps(2);
      process.kill(session.processId ?? 0, signal);
      expect((await turn).at(-1)).toMatchObject({ type: "turn-error", error: { kind: "engine-failed" } });
      // Nobody has to close the session for it.
      await waitForProcesses(folder, (found) => found.length === 0, 6_000);
      await session.close();
    },
  );

  test("of another session is left alone", async () => {
    const first = await begin("sleep 1000 & echo started");
    await first.turn;
    const second = await begin("sleep 1000 & echo started");
    await second.turn;
    await first.sleeps(2);
    await first.session.close();
    await first.sleeps(1);
    await expectNothingLeft(second.session, second.folder);
  });
});

async function expectNothingLeft(session: EngineSession, folder: string): Promise<void> {
  await session.close();
  expect(await findProcesses(folder)).toEqual([]);
}
