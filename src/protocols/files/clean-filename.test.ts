import * as fc from "fast-check";
import { expect, test } from "vitest";

import { cleanFilename } from "./clean-filename.ts";

test.each([
  ["report.pdf", "report.pdf"],
  ["../../etc/passwd", "passwd"],
  ["/etc/shadow", "shadow"],
  ["C:\\Users\\x\\a b.txt", "a b.txt"],
  ["..", "file"],
  ["../..", "file"],
  ["", "file"],
  ["a/", "file"],
  ["a\0b.txt", "ab.txt"],
  ["a\r\nX: y.txt", "aX: y.txt"],
  ["gpj\u202egnp.exe", "gpjgnp.exe"],
  [".profile", ".profile"],
  ["résumé 日本語 🎉.md", "résumé 日本語 🎉.md"],
  ["a\ud800b", "a\ufffdb"],
])("%j is shown as %j", (given, shown) => {
  expect(cleanFilename(given)).toBe(shown);
});

test("a very long name keeps its extension", () => {
  const name = cleanFilename(`${"é".repeat(5_000)}.pdf`);
  expect(name.endsWith("é.pdf")).toBe(true);
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
});

test("no name is a path, empty or long", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 600 }), (given) => {
      const name = cleanFilename(given);
      expect(name).not.toMatch(/[/\\\0\r\n]/);
      expect(["", ".", ".."]).not.toContain(name);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
      expect(cleanFilename(name)).toBe(name);
    }),
  );
});
