import { expect, test } from "vitest";

import { findApiAccess } from "./api-access.ts";

test("a key opens the API, at the address that Claude Code has", () => {
  expect(findApiAccess({ ANTHROPIC_API_KEY: "sk-ant-1" })).toEqual({
    url: "https://api.anthropic.com",
    headers: {
      "content-type": "application/json",
      "anthropic-version": "2023-06-01",
      "x-api-key": "sk-ant-1",
    },
  });
  const gateway = {
    ANTHROPIC_BASE_URL: "https://gateway.example/anthropic/",
    ANTHROPIC_AUTH_TOKEN: "token",
    ANTHROPIC_CUSTOM_HEADERS: "X-Team: blue\nX-Empty:\nno header at all",
  };
  expect(findApiAccess(gateway)).toMatchObject({
    url: "https://gateway.example/anthropic",
    headers: { authorization: "Bearer token", "x-team": "blue", "x-empty": "" },
  });
});

test.each<[string, Record<string, string>]>([
  ["without credentials", {}],
  ["with an empty key", { ANTHROPIC_API_KEY: " " }],
  ["with a person's login, which is Claude Code's alone", { CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat" }],
  ["through a cloud", { ANTHROPIC_API_KEY: "sk-ant-1", CLAUDE_CODE_USE_BEDROCK: "1" }],
  ["with a client's certificate", { ANTHROPIC_API_KEY: "sk-ant-1", CLAUDE_CODE_CLIENT_CERT: "/cert.pem" }],
  ["at an address that is none", { ANTHROPIC_API_KEY: "sk-ant-1", ANTHROPIC_BASE_URL: "nowhere" }],
])("there is no way to the API %s", (_, environment) => {
  expect(findApiAccess(environment)).toBeUndefined();
});
