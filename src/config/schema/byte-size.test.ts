import { expect, test } from "vitest";

import { formatByteSize, parseByteSize } from "./byte-size.ts";

test.each([
  ["1024", 1024],
  [4096, 4096],
  ["32MiB", 32 * 1024 ** 2],
  ["4gb", 4_000_000_000],
  ["1.5 KiB", 1536],
  ["7B", 7],
])("%s is %d bytes", (raw, bytes) => expect(parseByteSize(raw)).toBe(bytes));

test.each(["", "big", "-1", "5TiB", "4GG", null, {}])("%j is no size", (raw) =>
  expect(parseByteSize(raw)).toBeUndefined(),
);

test.each([
  [12, "12 B"],
  [32 * 1024 ** 2, "32 MiB"],
  [12_670_000_000, "11.8 GiB"],
])("%d bytes read %s", (bytes, text) => expect(formatByteSize(bytes)).toBe(text));
