import { describe, expect, test } from "vitest";

import { GitIndex } from "./git-index.ts";

const HASH_BYTES = 20;

describe("GitIndex", () => {
  test("leaves out paths that lead elsewhere", () => {
    const index = new GitIndex(indexOf(["../outside", "/etc/passwd", "a", "dir/../../x"]), HASH_BYTES, 0);
    expect(index.paths).toEqual(["a"]);
  });

  test("knows submodules and attributes", () => {
    const index = new GitIndex(indexOf(["a/.gitattributes", "b"], 0o160000), HASH_BYTES, 0);
    expect({ paths: index.paths, nested: index.nested }).toEqual({
      paths: [],
      nested: ["a/.gitattributes", "b"],
    });
    expect(new GitIndex(indexOf(["a/.gitattributes", "b"]), HASH_BYTES, 0).attributeFiles).toEqual([
      "a/.gitattributes",
    ]);
  });

  test("says so when it cannot read it", () => {
    const whole = indexOf(["a", "b"]);
    for (let length = 0; length < whole.length - HASH_BYTES; length += 1) {
      expect(() => new GitIndex(whole.subarray(0, length), HASH_BYTES, 0)).toThrow();
    }
    expect(() => new GitIndex(Buffer.from("something else entirely"), HASH_BYTES, 0)).toThrow();
  });
});

/** In version 2 of the index format, without stats. */
function indexOf(paths: readonly string[], mode = 0o100644): Buffer {
  const header = Buffer.from("DIRC\0\0\0\x02\0\0\0\0", "latin1");
  header.writeUInt32BE(paths.length, 8);
  const entries = paths.map((path) => {
    const entry = Buffer.alloc(Math.ceil((62 + path.length + 1) / 8) * 8);
    entry.writeUInt32BE(mode, 24);
    entry.writeUInt16BE(path.length, 60);
    entry.write(path, 62);
    return entry;
  });
  return Buffer.concat([header, ...entries, Buffer.alloc(HASH_BYTES)]);
}
