import { isRecord } from "../../../lib/is-record.ts";
import { readJson } from "../../../lib/read-json.ts";
import type { FoundPage } from "../../../core/words/work.ts";
import type { ToolOutcome } from "./command-result.ts";

/** How Claude Code lists its findings in the text for the model. */
const LINKS = /^Links: (\[.*\])$/gm;

/** The pages that a web search found, from Claude Code's structured result or, without one, from its text. */
export function readFoundPages({ details, output }: ToolOutcome): readonly FoundPage[] {
  const results = details?.["results"];
  const lists = Array.isArray(results)
    ? results.map((result: unknown) => (isRecord(result) ? result["content"] : []))
    : [...output.matchAll(LINKS)].map(([, json = "[]"]) => readJson(json) ?? []);
  const pages = lists.flatMap((list) => (Array.isArray(list) ? list.flatMap(readPage) : []));
  return [...new Map(pages.map((page) => [page.url, page])).values()];
}

function readPage(value: unknown): readonly FoundPage[] {
  if (!isRecord(value) || typeof value["url"] !== "string") return [];
  return [{ url: value["url"], title: typeof value["title"] === "string" ? value["title"] : "" }];
}
