import { existsSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { LONG_FILES } from "./longest-first.ts";

test("the files that begin a run of the tests are there", () => {
  const gone = LONG_FILES.filter((name) => !existsSync(join(import.meta.dirname, `${name}.test.ts`)));
  expect(gone).toEqual([]);
});
