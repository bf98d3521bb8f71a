import { checkRequest } from "./check-request.ts";
import { modelNamed } from "./models.ts";

interface Circumstances {
  betas?: string;
  version?: string;
  use?: "create" | "count";
}

/** For tests of the rules: the API's message against a request with these fields, or undefined. */
export function refusalOf(
  fields: Readonly<Record<string, unknown>>,
  { betas, version = "2023-06-01", use = "create" }: Circumstances = {},
): string | undefined {
  const usual = {
    model: "claude-opus-4-8",
    messages: [{ role: "user", content: "hello" }],
    ...(use === "create" && { max_tokens: 5000 }),
  };
  const headers = {
    "x-api-key": "sk-ant-test",
    "anthropic-version": version,
    ...(betas !== undefined && { "anthropic-beta": betas }),
  };
  const checked = checkRequest({ json: { ...usual, ...fields }, headers, use, findModel: modelNamed });
  return "problem" in checked ? checked.problem.message : undefined;
}
