import * as fc from "fast-check";
import { expect, test } from "vitest";

import { renderLine, styled } from "./styled-line.ts";

test("styles are for terminals with colours; text is never obeyed", () => {
  const line = ["a\n", styled("red", "b\u{1b}[2J"), styled(["bold", "cyan"], "c")];
  expect(renderLine(line, false)).toBe("a\\nb\\u001b[2Jc");
  expect(renderLine(line, true)).toBe(
    "a\\n\u{1b}[31mb\\u001b[2J\u{1b}[39m\u{1b}[1m\u{1b}[36mc\u{1b}[39m\u{1b}[22m",
  );
  expect(renderLine("\u{202e}x", true)).toBe("\\u202ex");
  expect(renderLine(styled("dim", "x\u{9b}"), false)).toBe("x\\u009b");
});

test("without colours a line holds nothing that a terminal obeys", () => {
  const text = fc.string({ unit: "binary" });
  const piece = fc.oneof(
    text,
    text.map((each) => styled("green", each)),
  );
  fc.assert(
    fc.property(fc.array(piece), (line) => {
      expect(renderLine(line, false)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }),
  );
});
