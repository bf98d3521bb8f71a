import { expect, test } from "vitest";

import { expectLinear } from "../../../../test/expect-linear.ts";
import { Citations } from "./citations.ts";

const PAGES = [
  ["https://tea.example/green", "Green tea"],
  ["https://tea.example/black?x=1", ""],
] as const;

function citations(): Citations {
  const known = new Citations();
  for (const [url, title] of PAGES) known.add(url, title);
  return known;
}

test.each([
  [
    "a link",
    "See [the page](https://tea.example/green).",
    "[the page](https://tea.example/green)",
    "Green tea",
  ],
  ["an address", "See https://tea.example/green.", "https://tea.example/green", "Green tea"],
  [
    "a page without a title",
    "See [black](https://tea.example/black?x=1)!",
    "[black](https://tea.example/black?x=1)",
    "black",
  ],
  [
    "an address without a title",
    "(https://tea.example/black?x=1)",
    "https://tea.example/black?x=1",
    "https://tea.example/black?x=1",
  ],
])("%s", (_, text, mention, title) => {
  const found = citations().findIn(text);
  expect(found).toEqual([expect.objectContaining({ type: "url_citation", title })]);
  const spans = found.map(({ start_index, end_index }) => text.slice(Number(start_index), Number(end_index)));
  expect(spans).toEqual([mention]);
});

test("only pages that the turn has seen are cited, each time that they are", () => {
  const text = "https://other.example/ https://tea.example/green [1](https://tea.example/green)";
  expect(citations().findIn(text)).toHaveLength(2);
  expect(new Citations().findIn(text)).toEqual([]);
});

test("takes time in proportion to the text", () => {
  const pages = new Citations();
  pages.add("https://example.com/", "Example");
  expectLinear((size) => {
    const units = [".", "[", "[a](https://", "https://a.", "]("];
    const texts = units.map((unit) => `https://example.com/x${unit.repeat(size / unit.length)}x`);
    return () => {
      for (const text of texts) expect(pages.findIn(text)).toEqual([]);
    };
  }, 20_000);
});
