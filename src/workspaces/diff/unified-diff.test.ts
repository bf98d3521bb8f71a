import { describe, expect, test } from "vitest";

import { unifiedDiff } from "./unified-diff.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const file = { modeBefore: 0o100644, modeAfter: 0o100644 };
const MAX_BYTES = 10_000;

describe("unifiedDiff", () => {
  test("of a new file, without an end of line", () => {
    const change = {
      type: "created",
      path: "a b.txt",
      after: bytes("one\ntwo"),
      modeAfter: 0o100755,
    } as const;
    expect(unifiedDiff(change, MAX_BYTES)).toBe(
      "diff --git a/a b.txt b/a b.txt\nnew file mode 100755\n--- /dev/null\n+++ b/a b.txt\t\n" +
        "@@ -0,0 +1,2 @@\n+one\n+two\n\\ No newline at end of file\n",
    );
  });

  test("of a file that is gone", () => {
    const change = {
      type: "deleted",
      path: 'q"\n.txt',
      before: bytes("one\n"),
      modeBefore: 0o100644,
    } as const;
    expect(unifiedDiff(change, MAX_BYTES)).toBe(
      'diff --git "a/q\\"\\n.txt" "b/q\\"\\n.txt"\ndeleted file mode 100644\n--- "a/q\\"\\n.txt"\n+++ /dev/null\n' +
        "@@ -1 +0,0 @@\n-one\n",
    );
  });

  test("of changes far apart and close together", () => {
    const numbers = Array.from({ length: 30 }, (_, at) => `${at + 1}`);
    const changed = numbers.with(1, "two").with(6, "seven").with(20, "twenty-one");
    const [before, after] = [numbers, changed].map((lines) => bytes(`${lines.join("\n")}\n`));
    const diff = unifiedDiff(
      { type: "changed", path: "n", ...file, ...(before && { before }), ...(after && { after }) },
      MAX_BYTES,
    );
    expect(diff?.match(/^@@.*@@$/gm)).toEqual(["@@ -1,10 +1,10 @@", "@@ -18,7 +18,7 @@"]);
  });

  test("of a mode and of a name only", () => {
    const same = { before: bytes("x\n"), after: bytes("x\n") };
    const mode = {
      type: "changed",
      path: "run",
      ...same,
      modeBefore: 0o100644,
      modeAfter: 0o100755,
    } as const;
    expect(unifiedDiff(mode, MAX_BYTES)).toBe("diff --git a/run b/run\nold mode 100644\nnew mode 100755\n");
    const name = { type: "renamed", path: "b", previousPath: "a", ...same, ...file } as const;
    expect(unifiedDiff(name, MAX_BYTES)).toBe(
      "diff --git a/a b/b\nsimilarity index 100%\nrename from a\nrename to b\n",
    );
  });

  test("of what is no text, not known or too long: none", () => {
    const change = { type: "changed", path: "x", ...file } as const;
    const text = bytes("x\n");
    expect(
      unifiedDiff({ ...change, before: text, after: new Uint8Array([120, 0]) }, MAX_BYTES),
    ).toBeUndefined();
    expect(
      unifiedDiff({ ...change, before: text, after: new Uint8Array([0xff]) }, MAX_BYTES),
    ).toBeUndefined();
    expect(unifiedDiff({ ...change, after: text }, MAX_BYTES)).toBeUndefined();
    expect(unifiedDiff({ ...change, before: text, after: bytes("y\n") }, 20)).toBeUndefined();
  });
});
