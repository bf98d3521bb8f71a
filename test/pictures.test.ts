import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { readScreen } from "../docs/pictures/read-screen.ts";
import { renderPicture } from "../docs/pictures/render-picture.ts";
import { styled, renderLine } from "../src/lib/styled-line.ts";

const DOCS = join(import.meta.dirname, "..", "docs");

describe("what stands on a terminal", () => {
  test("styles, and what was written over", () => {
    const line = renderLine(["a ", styled("bold", "b"), styled(["bold", "red"], "c"), " d"], true);
    expect(readScreen(`Loading\r       \r${line}\r\n\r\nend\u0007`, 80)).toEqual([
      [
        { text: "a ", codes: [] },
        { text: "b", codes: [1] },
        { text: "c", codes: [1, 31] },
        { text: " d", codes: [] },
      ],
      [],
      [{ text: "end", codes: [] }],
    ]);
  });

  test("a line that is too long goes on in the next one", () => {
    expect(readScreen("abcdef\r\ng", 4).map((line) => line[0]?.text)).toEqual(["abcd", "ef", "g"]);
  });

  test("what is not known is an error rather than a wrong picture", () => {
    expect(() => readScreen("\u001b[2J", 80)).toThrow(/Not known/);
  });
});

test("a picture has each text at its column, and nothing that XML would obey", () => {
  const svg = renderPicture(readScreen("  <b> & c   d\r\n", 80));
  expect(svg).toContain(
    '<text x="32.8" y="30" textLength="58.8">&lt;b&gt; &amp; c</text><text x="116.8" y="30" textLength="8.4">d</text>',
  );
});

describe.each(globSync("pictures/*.svg", { cwd: DOCS }))("%s", (file) => {
  const svg = readFileSync(join(DOCS, file), "utf8");
  const shown = [...svg.matchAll(/>([^<>]+)<\/text>/g)].map(([, text = ""]) => text).join("\n");

  test("shows nothing of the machine that it was made on", () => {
    expect(shown).not.toMatch(/\/tmp\/a|\/root|\/work/);
    const keys = shown.match(/\btp-(?:approver-)?[\w-]{20,}/g) ?? [];
    expect(new Set(keys.map((key) => key.replace(/^tp-(approver-)?/, ""))).size).toBeLessThan(2);
  });

  test("is shown on a page", () => {
    const pages = ["README.md", "docs/terminal.md"].map((page) =>
      readFileSync(join(DOCS, "..", page), "utf8"),
    );
    expect(pages.some((page) => page.includes(file))).toBe(true);
  });
});
