import type { Metadata, Page } from "../../core/ports/completion-store.ts";
import { z } from "zod";
import { parseBody } from "../parse-body.ts";
import { parseMetadata } from "../parse-metadata.ts";

interface StoredListBody<Item> {
  readonly object: "list";
  readonly data: readonly Item[];
  readonly first_id: string;
  readonly last_id: string;
  readonly has_more: boolean;
}

/** A page as OpenAI's list object. The schema requires strings, so an empty page has empty ids. */
export function formatStoredList<Stored, Item extends { readonly id: string }>(
  page: Page<Stored>,
  format: (stored: Stored) => Item,
): StoredListBody<Item> {
  const data = page.items.map(format);
  return {
    object: "list",
    data,
    first_id: data[0]?.id ?? "",
    last_id: data.at(-1)?.id ?? "",
    has_more: page.hasMore,
  };
}

const updateSchema = z.looseObject({ metadata: z.record(z.string(), z.string()).nullable() });

/**
 * Reads the body of `POST /v1/chat/completions/{id}`: the metadata that replaces the old; null means none.
 * @throws RequestError
 */
export function parseStoredUpdate(body: unknown): Metadata {
  return parseMetadata(parseBody(updateSchema, body).metadata);
}
