import { expect, test } from "vitest";

import { TurnLimits } from "./turn-limits.ts";

/** What Claude Code is told after a batch of tools. */
async function afterBatch(limits: TurnLimits): Promise<unknown> {
  const hook = limits.hooks.PostToolBatch?.[0]?.hooks[0];
  // Proof for the cast: the callback reads nothing else.
  return hook?.({ hook_event_name: "PostToolBatch" } as Parameters<typeof hook>[0], undefined, {
    signal: new AbortController().signal,
  });
}

test("a turn goes on until it has cost as much as it may", async () => {
  let costUsd = 1;
  const limits = new TurnLimits(
    async () => costUsd,
    (error) => expect.unreachable(String(error)),
  );
  limits.begin({ maxBudgetUsd: 0.5 }, 1);
  expect(await afterBatch(limits)).toEqual({});
  costUsd = 1.5;
  expect(await afterBatch(limits)).toMatchObject({ continue: false });
  expect(limits.reached).toBe("max-budget");
});

test("a budget that cannot be watched is used up", async () => {
  const failures: unknown[] = [];
  const limits = new TurnLimits(
    () => Promise.reject(new Error("no such question")),
    (error) => failures.push(error),
  );
  limits.begin({ maxBudgetUsd: 1000 }, 0);
  expect(await afterBatch(limits)).toMatchObject({ continue: false });
  expect(limits.reached).toBe("max-budget");
  expect(failures).toEqual([new Error("no such question")]);
});
