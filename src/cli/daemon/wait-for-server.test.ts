import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { waitForServer } from "./wait-for-server.ts";

test("a process that lives but never answers is not waited for without end; one that is to come counts later", async () => {
  const states = ["to-come", "to-come", "alive", "alive"] as const;
  let now = 0;
  let asked = 0;
  const outcome = await waitForServer(
    {
      dataDir: join(tmpdir(), "turnpike-no-such-folder"),
      isIt: () => true,
      stateOf: () => states[asked++] ?? "alive",
    },
    { terminal: { showStatus: () => {} }, clock: () => (now += 20_000) },
  );
  expect(outcome).toEqual({ type: "silent" });
  expect(asked).toBeGreaterThan(2);
});
