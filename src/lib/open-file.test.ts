import { expect, test } from "vitest";

import { asDisposable, openFile } from "./open-file.ts";

test("a handle that cannot dispose of itself is closed at the end of its block", async () => {
  let closed = 0;
  const bare = {
    async close() {
      closed += 1;
    },
  };
  {
    await using handle = asDisposable(bare);
    expect(handle).toBe(bare);
    expect(closed).toBe(0);
  }
  expect(closed).toBe(1);
});

test("one of Node's own is left as it is", async () => {
  const handle = await openFile(import.meta.filename, "r");
  expect(Object.keys(handle)).not.toContain("Symbol(Symbol.asyncDispose)");
  await handle[Symbol.asyncDispose]();
  await expect(handle.stat()).rejects.toThrow();
});
