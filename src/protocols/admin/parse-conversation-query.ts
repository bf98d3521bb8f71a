import * as z from "zod";

import type { PrincipalId, TurnId } from "../../core/words/ids.ts";
import { RequestError } from "../request-error.ts";
import { queryText } from "./query-text.ts";

const count = (most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .refine((number) => number >= 1 && number <= most);

const listSchema = z.strictObject({
  principal: queryText.optional(),
  profile: queryText.optional(),
  state: z.enum(["hot", "stored"]).optional(),
  limit: count(200).default(50),
  after: z
    .string()
    .regex(/^\d{1,15}_[\w-]{1,128}$/)
    .optional(),
});

const turnsSchema = z.strictObject({
  limit: count(100).default(30),
  before: z
    .string()
    .regex(/^turn_[0-9a-f]{24}$/)
    .optional(),
});

const EXPECTED: Readonly<Record<string, string>> = {
  state: "hot or stored",
  limit: "a whole number of at least 1, and no more than a page has",
  after: "the `next` of an earlier page",
  before: "the id of a turn",
};

export interface ConversationListQuery {
  readonly filter: {
    readonly principalId?: PrincipalId;
    readonly profile?: string;
    readonly state?: "hot" | "stored";
  };
  readonly page: {
    readonly limit: number;
    readonly after?: { readonly updatedAt: number; readonly id: string };
  };
}

/** @throws RequestError */
export function parseConversationListQuery(query: Readonly<Record<string, string>>): ConversationListQuery {
  const { after, principal, profile, state, limit } = parse(listSchema, query);
  const cut = after?.indexOf("_") ?? 0;
  return {
    filter: {
      // Proof for the cast: it is only compared.
      ...(principal !== undefined && { principalId: principal as PrincipalId }),
      ...(profile !== undefined && { profile }),
      ...(state !== undefined && { state }),
    },
    page: {
      limit,
      ...(after !== undefined && {
        after: { updatedAt: Number(after.slice(0, cut)), id: after.slice(cut + 1) },
      }),
    },
  };
}

/** @throws RequestError */
export function parseTurnsQuery(query: Readonly<Record<string, string>>): {
  readonly limit: number;
  readonly before?: TurnId;
} {
  const { limit, before } = parse(turnsSchema, query);
  // Proof: turn ids are made this way. The store knows whether the turn exists.
  return { limit, ...(before !== undefined && { before: before as TurnId }) };
}

function parse<Shape>(schema: z.ZodType<Shape>, query: Readonly<Record<string, string>>): Shape {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code !== "unrecognized_keys") throw invalid(String(issue?.path[0]));
  const name = issue.keys[0];
  throw new RequestError("invalid_value", `Unknown query parameter '${name}'.`, name);
}

function invalid(name: string): RequestError {
  return new RequestError(
    "invalid_value",
    `Invalid '${name}': expected ${EXPECTED[name] ?? "some text"}.`,
    name,
  );
}
