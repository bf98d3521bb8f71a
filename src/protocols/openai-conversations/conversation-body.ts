import { z } from "zod";

import type { Metadata } from "../../core/ports/completion-store.ts";
import { parseBody } from "../parse-body.ts";
import { parseMetadata } from "../parse-metadata.ts";

/** OpenAI's limit too. */
const MAX_ITEMS = 20;

const metadata = z.record(z.string(), z.string());
const items = z.array(z.record(z.string(), z.unknown())).max(MAX_ITEMS);

export const newConversationSchema = z.looseObject({ metadata: metadata.nullish(), items: items.nullish() });
export const conversationUpdateSchema = z.looseObject({ metadata: metadata.nullable() });
export const newItemsSchema = z.looseObject({ items });

/** Items as they were sent, not yet checked. */
export type GivenItems = z.output<typeof items>;

/**
 * Reads the body of `POST /v1/conversations`.
 * @throws RequestError
 */
export function parseNewConversation(body: unknown): {
  readonly metadata: Metadata;
  readonly items: GivenItems;
} {
  const given = parseBody(newConversationSchema, body);
  return { metadata: parseMetadata(given.metadata), items: given.items ?? [] };
}

/**
 * Reads the body of `POST /v1/conversations/{id}`: the metadata that replaces the old; null means none.
 * @throws RequestError
 */
export function parseConversationUpdate(body: unknown): Metadata {
  return parseMetadata(parseBody(conversationUpdateSchema, body).metadata);
}

/**
 * Reads the body of `POST /v1/conversations/{id}/items`.
 * @throws RequestError
 */
export function parseNewItems(body: unknown): GivenItems {
  return parseBody(newItemsSchema, body).items;
}
