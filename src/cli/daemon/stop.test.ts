import { existsSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { startHalfDeaf } from "../../../test/cli/start-half-deaf.ts";
import { delay } from "../../lib/time.ts";

test.skipIf(process.platform !== "linux")(
  "a server that takes the connection and does not answer is told of, and ended by stop",
  async () => {
    const { fake, child, ended, run } = await startHalfDeaf(["/admin/api/stop"]);
    const errors = () => fake.errors.splice(0).join("\n");
    expect(await run("restart")).toBe(1);
    expect(errors()).toMatch(
      new RegExp(
        `^A Turnpike \\(process ${child.pid}\\) has the data folder \\S+ but does not answer: .* End it with turnpike stop --now --data-dir \\S+\\.$`,
      ),
    );
    expect(child.exitCode ?? child.signalCode).toBeNull();

    expect(await run("stop")).toBe(0);
    expect(errors()).toContain(`(process ${child.pid}) has the data folder`);
    expect(fake.printed.join("\n")).toContain(`Turnpike (process ${child.pid}) has stopped.`);
    expect(await ended).toEqual([null, "SIGTERM"]);
  },
);

test.skipIf(process.platform !== "linux")(
  "one that has taken the order and cannot tell any more what it finishes first, is waited for",
  async () => {
    const { fake, child, ended, run } = await startHalfDeaf(["/admin/api/runs"]);
    const stopping = run("stop");
    // By then the order has been given.
    while (!existsSync(join(fake.environment["TURNPIKE_DATA_DIR"] ?? "", "told"))) await delay(20);
    child.kill("SIGTERM");
    expect(await stopping).toBe(0);
    expect(fake.errors).toEqual([]);
    expect(await ended).toEqual([null, "SIGTERM"]);
  },
);

test.skipIf(process.platform !== "linux")(
  "one that ends at the order, without a word, has stopped",
  async () => {
    const { fake, ended, run } = await startHalfDeaf([], { ENDS_AT: "/admin/api/stop" });
    expect([await run("stop"), fake.errors]).toEqual([0, []]);
    expect(fake.printed.join("\n")).toContain("has stopped.");
    expect(await ended).toEqual([0, null]);
  },
);
