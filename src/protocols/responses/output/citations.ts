import type { JsonObject } from "../../../core/words/client-tool.ts";

/** A markdown link, or a bare URL. Its length is limited, so that no text takes long to search. */
const LINK =
  /\[(?<title>[^\]\n]{0,300})\]\((?<linked>https?:\/\/[^\s)]{1,2000})\)|(?<bare>https?:\/\/[^\s<>()[\]"'`]+)/g;

/** Punctuation that ends a sentence is not part of a URL. */
function withoutStops(url: string): string {
  let end = url.length;
  while (end > 0 && ".,;:!?".includes(url.charAt(end - 1))) end -= 1;
  return url.slice(0, end);
}

/** The pages that a turn has found or read, and where its texts link to them. */
export class Citations {
  /** Titles by URL. */
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
