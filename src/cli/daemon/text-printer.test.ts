import { expect, test } from "vitest";

import type { Line } from "../../lib/styled-line.ts";
import { plain } from "../../../test/cli/fake-context.ts";
import { TextPrinter } from "./text-printer.ts";

function printing() {
  let out = "";
  const printer = new TextPrinter({
    print: (...lines: readonly Line[]) => void (out += `${plain(lines)}\n`),
    printPart: (part: Line) => void (out += plain([part])),
  });
  return { printer, out: () => out };
}

test("pieces make lines; what would steer the terminal is spelled out", () => {
  const { printer, out } = printing();
  for (const piece of ["One ", "two\nthr", "ee\r\n", "\n\u001b[2J\tend"]) printer.add(piece);
  printer.end();
  expect(out()).toBe("One two\nthree\n\n\\u001b[2J    end\n");
});

test("a character that comes in two halves is one", () => {
  const { printer, out } = printing();
  for (const piece of ["a\ud83d", "\ude00b"]) printer.add(piece);
  printer.end();
  expect(out()).toBe("a😀b\n");
});

test("text of another style begins a line; an end where nothing was begun is none", () => {
  const { printer, out } = printing();
  printer.end();
  printer.add("thinking", "dim");
  printer.add("said");
  printer.end();
  printer.end();
  expect(out()).toBe("thinking\nsaid\n");
});
