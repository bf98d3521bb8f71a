import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { expect, test } from "vitest";

import { text } from "../../src/demo/build-reply.ts";
import { user } from "./ask.ts";
import { expectError } from "./expect-error.ts";
import { makeFolder, startTurnpike } from "./start-turnpike.ts";
import { expectWithin } from "../machine-speed.ts";

test("while another program holds the database the server answers, says so, and goes on afterwards", async () => {
  const dataDir = join(await makeFolder(), "data");
  const turnpike = await startTurnpike({ dataDir });
  const ask = () => turnpike.post({ model: "sonnet", messages: [user("hello")] });
  const readiness = async () => (await turnpike.fetch("/health/ready")).json();
  turnpike.upstream.respondWith(text("Good day."));
  expect((await ask()).status).toBe(200);

  const other = new DatabaseSync(join(dataDir, "turnpike.db"));
  try {
    other.exec("begin immediate");
    const held = ask();
    const over = held.then(() => "over" as const);
    let answers = 0;
    while ((await Promise.race([over, turnpike.fetch("/health/live")])) !== "over") answers += 1;
    // In the five seconds that SQLite would wait by itself there would be none.
    expect(answers).toBeGreaterThan(20);
    const expected = {
      status: 503,
      type: "server_error",
      code: "store_unavailable",
      message: /another program holds the database/,
    };
    await expectError(await held, expected);
    expect(await readiness()).toMatchObject({
      status: "not-ready",
      problem: expect.stringMatching(/another program holds the database/),
    });
    // Nobody waits in vain once more.
    const startedAt = performance.now();
    await expectError(await ask(), expected);
    expectWithin(performance.now() - startedAt, 4_000);
    // No turn that could not be recorded keeps a process.
    expect(turnpike.health()).toMatchObject({ sessions: { busy: 0 }, turns: { running: 0 } });
    other.exec("rollback");
  } finally {
    other.close();
  }
  expect((await ask()).status).toBe(200);
  expect(await readiness()).toMatchObject({ status: "ready" });
});
