import { FIRST_TOKEN_BOUNDS_MS } from "../../core/ports/request-log.ts";

/** The columns of the classes in which times to the first token are counted; the last is for all that took longer. */
export const FIRST_TOKEN_COLUMNS = [
  ...FIRST_TOKEN_BOUNDS_MS.map((bound) => `first_token_${bound}` as const),
  "first_token_later" as const,
];

export type FirstTokenColumn = (typeof FIRST_TOKEN_COLUMNS)[number];

export function firstTokenColumn(ms: number): FirstTokenColumn {
  const bound = FIRST_TOKEN_BOUNDS_MS.find((each) => ms <= each);
  return bound === undefined ? "first_token_later" : `first_token_${bound}`;
}
