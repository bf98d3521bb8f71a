import { expect, test } from "vitest";

import { parseMessagesRequest } from "./parse-messages-request.ts";

const weather = { name: "get_weather", input_schema: { type: "object", properties: {} } };

function parse(tools: readonly object[], betas: string) {
  const body = { model: "sonnet", max_tokens: 100, messages: [{ role: "user", content: "hello" }], tools };
  return parseMessagesRequest(body, { isContinuation: false, headers: { "anthropic-beta": betas } });
}

test("tools that are loaded later under a beta are refused as the API refuses the beta", () => {
  const betas = "effort-2025-11-24,advanced-tool-use-2025-11-20,tool-search-tool-2025-10-19";
  expect(() => parse([{ ...weather, defer_loading: true }], betas)).toThrow(
    "Unexpected value(s) `advanced-tool-use-2025-11-20`, `tool-search-tool-2025-10-19` for the `anthropic-beta` header.",
  );
});

test("the beta alone is no mistake, and tools that are loaded later come at once where nobody counts on the beta", () => {
  const names = (request: ReturnType<typeof parse>) => request.tools.list.map(({ name }) => name);
  expect(names(parse([weather], "advanced-tool-use-2025-11-20"))).toEqual(["get_weather"]);
  expect(names(parse([{ ...weather, defer_loading: true }], "effort-2025-11-24"))).toEqual(["get_weather"]);
});
