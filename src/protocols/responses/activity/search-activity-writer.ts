import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { ActivityEnd } from "../../../core/words/turn-event.ts";
import { activityPrefix } from "./activity-items.ts";
import type { ActivityWriter } from "./activity-writer.ts";
import type { Citations } from "../output/citations.ts";
import type { Events, ItemSlot, OutputWriter } from "../output/output-writer.ts";

type Search =
  | { readonly type: "search"; readonly query: string }
  | { readonly type: "page"; readonly url: string };

/** Writes a web search of Claude Code, or a page that it reads. */
export class SearchActivityWriter implements ActivityWriter {
  readonly #slot: ItemSlot;
  readonly #search: Search;
  readonly #citations: Citations;
  readonly #include: ReadonlySet<string>;
  #isSearching = false;

  constructor(output: OutputWriter, search: Search, citations: Citations, include: ReadonlySet<string>) {
    this.#slot = output.open(activityPrefix("ws"));
    this.#search = search;
    this.#citations = citations;
    this.#include = include;
  }

  *start(): Events {
    yield this.#slot.added(this.#item("in_progress"), () =>
      this.#item(this.#isSearching ? "searching" : "in_progress"),
    );
    yield this.#slot.event("web_search_call.in_progress");
    this.#isSearching = true;
    yield this.#slot.event("web_search_call.searching");
  }

  *end(end: ActivityEnd): Events {
    if (end.isError) {
      yield* this.cut();
      return;
    }
    const found = end.result?.type === "web-search" ? end.result.pages : [];
    const pages = this.#search.type === "page" ? [{ url: this.#search.url, title: "" }] : found;
    for (const { url, title } of pages) this.#citations.add(url, title);
    yield this.#slot.event("web_search_call.completed");
    yield this.#slot.done(
      this.#item(
        "completed",
        pages.map(({ url }) => url),
      ),
    );
  }

  *cut(): Events {
    yield this.#slot.done(this.#item("failed"));
  }

  #item(status: string, urls?: readonly string[]): JsonObject {
    return { id: this.#slot.id, type: "web_search_call", status, action: this.#action(urls) };
  }

  #action(urls: readonly string[] | undefined): JsonObject {
    if (this.#search.type === "page") return { type: "open_page", url: this.#search.url };
    const { query } = this.#search;
    const showsSources = urls && this.#include.has("web_search_call.action.sources");
    const sources = urls?.map((url) => ({ type: "url", url }));
    return { type: "search", query, queries: [query], ...(showsSources && { sources }) };
  }
}
