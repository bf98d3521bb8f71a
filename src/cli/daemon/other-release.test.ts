import { expect, test } from "vitest";

import { startHalfDeaf } from "../../../test/cli/start-half-deaf.ts";

const OTHER =
  /The server is Turnpike 0\.0\.1, this program \S+\. turnpike restart --data-dir \S+ makes it the same/;

test.skipIf(process.platform !== "linux")(
  "a server of an earlier release, which tells less: what it tells is shown, and what it cannot be asked is said",
  async () => {
    const { fake, child, run } = await startHalfDeaf();
    const [printed, errors] = [fake.printed, fake.errors].map((lines) => () => lines.splice(0).join("\n"));

    expect(await run("status")).toBe(0);
    const status = printed?.();
    expect(status).toMatch(/^Turnpike 0\.0\.1 is running\./);
    expect(status).toContain(`Process    ${child.pid}\n`);
    expect(status).toMatch(OTHER);
    expect(status).not.toMatch(/undefined|NaN|Sessions/);

    expect(await run("start")).toBe(0);
    expect(printed?.()).toContain("Turnpike is running already.");
    expect(errors?.()).toMatch(OTHER);

    for (const asked of [["runs"], ["keys", "list"], ["requests"], ["conversations", "list"]]) {
      expect(await run(...asked), asked.join(" ")).toBe(1);
      expect(errors?.()).toMatch(
        /^What the server answered is not understood here\. The server is Turnpike 0\.0\.1/,
      );
    }
  },
);
