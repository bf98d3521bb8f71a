import { expect, test } from "vitest";

import { readFoundPages } from "./found-pages.ts";

const END = { isError: false };
const PAGE = { title: "Tea", url: "https://tea.example/" };

test("pages come from Claude Code's own account, each once", () => {
  const details = {
    query: "tea",
    results: ["Some words.", { tool_use_id: "b", content: [PAGE, PAGE, {}, null] }],
  };
  expect(readFoundPages({ ...END, output: "", details })).toEqual([PAGE]);
});

test("or else from the text for the model", () => {
  const output = `Web search results for query: "tea"\n\nLinks: ${JSON.stringify([PAGE])}\n\nLinks: [broken]\nTea is good.`;
  expect(readFoundPages({ ...END, output })).toEqual([PAGE]);
});

test("there may be none", () => {
  expect(readFoundPages({ ...END, output: "No results." })).toEqual([]);
});
