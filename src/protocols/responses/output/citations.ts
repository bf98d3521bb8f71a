import type { JsonObject } from "../../../core/words/client-tool.ts";

/** A markdown link, or a bare address. Bounded, so that no text takes long to search. */
const LINK =
  /\[(?<title>[^\]\n]{0,300})\]\((?<linked>https?:\/\/[^\s)]{1,2000})\)|(?<bare>https?:\/\/[^\s<>()[\]"'`]+)/g;

/** The end of a sentence is no part of an address. */
function withoutStops(url: string): string {
  let end = url.length;
  while (end > 0 && ".,;:!?".includes(url.charAt(end - 1))) end -= 1;
  return url.slice(0, end);
}

/** The pages that a turn has found or read, and where its texts name them. */
export class Citations {
  /** Titles by address. */
  readonly #pages = new Map<string, string>();

  add(url: string, title: string): void {
    if (!this.#pages.get(url)) this.#pages.set(url, title);
  }

  /** An annotation for each mention of a known page. */
  findIn(text: string): readonly JsonObject[] {
    if (this.#pages.size === 0) return [];
    return [...text.matchAll(LINK)].flatMap((match) => {
      const { title, linked, bare } = match.groups ?? {};
      const url = linked ?? withoutStops(bare ?? "");
      const known = this.#pages.get(url);
      if (known === undefined) return [];
      const length = linked === undefined ? url.length : match[0].length;
      return [
        {
          type: "url_citation",
          url,
          title: known || title || url,
          start_index: match.index,
          end_index: match.index + length,
        },
      ];
    });
  }
}
