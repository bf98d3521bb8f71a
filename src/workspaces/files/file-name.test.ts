import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { decodeName, isFilePath, toSystemPath } from "./file-name.ts";

describe("file names", () => {
  const piece = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom("\\x", "\\xff", "\\x5c", "5c", "ü", "�", "a").map((text) => Buffer.from(text)),
  );
  const name = fc
    .array(piece, { minLength: 1, maxLength: 5 })
    .map((pieces) => Buffer.from(Buffer.concat(pieces).filter((byte) => byte !== 0 && byte !== 0x2f)));

  test("are found again by their text, whatever bytes they have", () => {
    fc.assert(
      fc.property(name, (bytes) => {
        const path = Buffer.from(toSystemPath("/folder", decodeName(bytes)));
        expect(path.toString("hex")).toBe(Buffer.concat([Buffer.from("/folder/"), bytes]).toString("hex"));
      }),
      { numRuns: 1000 },
    );
  });

  test("stay as they are where they can", () => {
    expect(decodeName(Buffer.from("ünïcode.txt"))).toBe("ünïcode.txt");
    expect(decodeName(Buffer.from([0x61, 0xff]))).toBe("a\\xff");
    expect(toSystemPath("/folder", "dir/ü")).toBe("/folder/dir/ü");
  });

  test("that lead out of the folder or into a repository's own are no files", () => {
    const misleading = [
      "../a",
      "a/../../b",
      "/etc/passwd",
      "a//b",
      "./a",
      "",
      ".git/config",
      "sub/.GIT/hooks/x",
      "a/",
    ];
    expect(misleading.filter(isFilePath)).toEqual([]);
    const plain = ["a", "a/b", ".gitignore", "a/.github/x", "..a", "a..b/c", ".git-x"];
    expect(plain.filter(isFilePath)).toEqual(plain);
  });
});
