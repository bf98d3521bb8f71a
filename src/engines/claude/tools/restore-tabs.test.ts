import { expect, test } from "vitest";

import { restoreTabs } from "./restore-tabs.ts";

const ORIGINAL = "a {\n\tone\n\t\ttwo\n  spaces\n}\n";
const HUNK = {
  oldStart: 1,
  oldLines: 5,
  newStart: 1,
  newLines: 6,
  lines: [" a {", "   one", "-    two", "+    2", "+  three\tx", "   spaces", " }"],
};
const RESTORED = [" a {", " \tone", "-\t\ttwo", "+\t\t2", "+\tthree\tx", "   spaces", " }"];

test("the lines of an edit are as they are in the file", () => {
  const edit = {
    oldString: "\t\ttwo",
    newString: "\t\t2\n\tthree\tx",
    originalFile: ORIGINAL,
    structuredPatch: [HUNK],
  };
  expect(restoreTabs(edit)).toEqual({ ...edit, structuredPatch: [{ ...HUNK, lines: RESTORED }] });
});

test("those of a file that was written anew too", () => {
  const write = {
    content: "a {\n\tone\n\t\t2\n\tthree\tx\n  spaces\n}\n",
    originalFile: ORIGINAL,
    structuredPatch: [HUNK],
  };
  expect(restoreTabs(write)["structuredPatch"]).toEqual([{ ...HUNK, lines: RESTORED }]);
});

test("every place of an edit in many is found", () => {
  const edit = {
    oldString: "$&",
    newString: "$1",
    replaceAll: true,
    originalFile: "\t$&\n\t$&",
    structuredPatch: [
      {
        oldStart: 1,
        newStart: 1,
        lines: ["-  $&", "-  $&", "\\ No newline", "+  $1", "+  $1", "\\ No newline"],
      },
    ],
  };
  expect(restoreTabs(edit)["structuredPatch"]).toMatchObject([
    { lines: ["-\t$&", "-\t$&", "\\ No newline", "+\t$1", "+\t$1", "\\ No newline"] },
  ]);
});

test.each([
  [{}],
  [{ originalFile: null, structuredPatch: [HUNK] }],
  [{ originalFile: "\tx", structuredPatch: null }],
  [
    {
      originalFile: "\tx",
      structuredPatch: [null, { lines: [1] }, { oldStart: 1, newStart: 1, lines: [1, ""] }],
    },
  ],
  [{ originalFile: "\tsomething else\n", oldString: "a", newString: "b", structuredPatch: [HUNK] }],
  [{ originalFile: "no tabs\n", oldString: "a", newString: "b", structuredPatch: [HUNK] }],
])("what does not fit stays as it is: %j", (details) => {
  expect(restoreTabs(details)).toEqual(details);
});
