import { expect, test } from "vitest";

import { findApiRoute } from "./api-route.ts";

const KEY = { ANTHROPIC_API_KEY: "a-key" };
const ELSEWHERE = "http://127.0.0.1:1/x";

test.each([
  [KEY, { ANTHROPIC_BASE_URL: "" }],
  [
    { ANTHROPIC_AUTH_TOKEN: "a-token", ANTHROPIC_BASE_URL: "https://gateway.example" },
    { ANTHROPIC_BASE_URL: "https://gateway.example" },
  ],
  // How files are searched is no matter of the API.
  [{ ...KEY, CLAUDE_CODE_USE_NATIVE_FILE_SEARCH: "1" }, { ANTHROPIC_BASE_URL: "" }],
  [{ CLAUDE_CODE_USE_BEDROCK: "1" }, { ANTHROPIC_BEDROCK_BASE_URL: "" }],
  [
    { ...KEY, CLAUDE_CODE_USE_VERTEX: "True", ANTHROPIC_VERTEX_BASE_URL: "https://vertex.example" },
    { ANTHROPIC_VERTEX_BASE_URL: "https://vertex.example" },
  ],
])("with %j a process is led elsewhere and back", (environment, own) => {
  const route = findApiRoute(environment);
  expect(route?.own).toEqual(own);
  expect(route?.to(ELSEWHERE)).toEqual({ [Object.keys(own)[0] ?? ""]: ELSEWHERE });
});

test("Foundry's resource may not stand beside a base URL", () => {
  const route = findApiRoute({ CLAUDE_CODE_USE_FOUNDRY: "1", ANTHROPIC_FOUNDRY_RESOURCE: "ours" });
  expect(route?.own).toEqual({ ANTHROPIC_FOUNDRY_BASE_URL: "", ANTHROPIC_FOUNDRY_RESOURCE: "ours" });
  expect(route?.to(ELSEWHERE)).toEqual({
    ANTHROPIC_FOUNDRY_BASE_URL: ELSEWHERE,
    ANTHROPIC_FOUNDRY_RESOURCE: "",
  });
});

test.each([
  ["nothing is set: a login of the config folder, if any", {}],
  ["a personal login", { CLAUDE_CODE_OAUTH_TOKEN: "a-token" }],
  ["a personal login beside a key", { ...KEY, CLAUDE_CODE_OAUTH_TOKEN: "a-token" }],
  ["a personal login beside a cloud", { CLAUDE_CODE_USE_BEDROCK: "1", CLAUDE_CODE_OAUTH_TOKEN: "a-token" }],
  ["two clouds", { CLAUDE_CODE_USE_BEDROCK: "1", CLAUDE_CODE_USE_VERTEX: "1" }],
  ["a cloud that nobody has tried", { ...KEY, CLAUDE_CODE_USE_SOMETHING_NEW: "1" }],
  ["a switch that does not say whether it is on", { ...KEY, CLAUDE_CODE_USE_BEDROCK: "maybe" }],
  ["a socket", { ...KEY, ANTHROPIC_UNIX_SOCKET: "/run/api" }],
])("there is no route with %s", (_, environment) => {
  expect(findApiRoute(environment)).toBeUndefined();
});
