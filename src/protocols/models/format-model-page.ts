import type { ModelDescription } from "../../core/ports/model-catalogue.ts";
import { RequestError } from "../request-error.ts";
import { formatModelInfo, type ModelInfoBody } from "./format-model-info.ts";

/** The page of models that a client's query asks for. */
export interface ModelPageQuery {
  readonly limit?: string | undefined;
  readonly after_id?: string | undefined;
  readonly before_id?: string | undefined;
}

export interface ModelPageBody {
  readonly data: readonly ModelInfoBody[];
  readonly first_id: string | null;
  readonly last_id: string | null;
  readonly has_more: boolean;
}

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 1000;

/**
 * A page of Anthropic's list of models: those after `after_id`, or those just before `before_id`, in the order of the list.
 * @throws RequestError for an impossible page
 */
export function formatModelPage(
  models: readonly ModelDescription[],
  query: ModelPageQuery,
  now: number,
): ModelPageBody {
  const limit = parseLimit(query.limit);
  const { after_id: after, before_id: before } = query;
  if (after !== undefined && before !== undefined) {
    throw new RequestError(
      "invalid_value",
      "after_id: Only one of before_id and after_id may be given.",
      "after_id",
    );
  }
  const start = after === undefined ? 0 : placeOf(models, after, "after_id") + 1;
  const end = before === undefined ? models.length : placeOf(models, before, "before_id");
  const from = before === undefined ? start : Math.max(0, end - limit);
  const page = models.slice(from, before === undefined ? start + limit : end);
  return {
    data: page.map((model) => formatModelInfo(model, now)),
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
    has_more: before === undefined ? start + limit < models.length : from > 0,
  };
}

function parseLimit(given: string | undefined): number {
  if (given === undefined || given === "") return DEFAULT_LIMIT;
  const limit = /^\d{1,4}$/.test(given) ? Number(given) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new RequestError("invalid_value", `limit: Input should be a number from 1 to ${MAX_LIMIT}`, "limit");
}

function placeOf(models: readonly ModelDescription[], id: string, param: string): number {
  const place = models.findIndex((model) => model.id === id);
  if (place !== -1) return place;
  throw new RequestError(
    "invalid_value",
    `${param}: There is no model with the id '${id.slice(0, 64)}'`,
    param,
  );
}
