import type { SumDimension } from "../../core/ports/request-log.ts";
import { RequestError } from "../request-error.ts";
import { queryText } from "./query-text.ts";

const DIMENSIONS: Readonly<Record<string, SumDimension>> = {
  principal: "principalId",
  model: "model",
  profile: "profile",
  protocol: "protocol",
  status: "status",
  error: "error",
};

export interface OverviewQuery<Range extends string> {
  readonly range: Range;
  readonly only: Partial<Record<SumDimension, string>>;
}

/** @throws RequestError */
export function parseOverviewQuery<Range extends string>(
  query: Readonly<Record<string, string>>,
  ranges: readonly Range[],
): OverviewQuery<Range> {
  const { range: asked = "24h", ...others } = query;
  const range = ranges.find((each) => each === asked);
  if (range === undefined) {
    throw new RequestError(
      "invalid_value",
      `Invalid 'range': expected one of ${ranges.join(", ")}.`,
      "range",
    );
  }
  const only: Partial<Record<SumDimension, string>> = {};
  for (const [name, value] of Object.entries(others)) {
    const dimension = Object.hasOwn(DIMENSIONS, name) ? DIMENSIONS[name] : undefined;
    if (!dimension) throw new RequestError("invalid_value", `Unknown query parameter '${name}'.`, name);
    if (name === "status" && !/^\d{3}$/.test(value)) {
      throw new RequestError("invalid_value", "Invalid 'status': expected an HTTP status such as 429.", name);
    }
    if (!queryText.safeParse(value).success) {
      throw new RequestError("invalid_value", `Invalid '${name}': expected some text.`, name);
    }
    only[dimension] = value;
  }
  return { range, only };
}
