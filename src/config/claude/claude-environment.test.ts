import { expect, test } from "vitest";

import { buildClaudeEnvironment, buildProfileEnvironment } from "./claude-environment.ts";

function namesPassed(
  environment: Record<string, string>,
  passNames: readonly string[] = [],
): readonly string[] {
  return Object.keys(buildClaudeEnvironment(environment, passNames));
}

test("passes what Claude Code needs, with its value", () => {
  const environment = {
    PATH: "/bin",
    HOME: "/home/ada",
    LC_ALL: "C.UTF-8",
    XDG_CONFIG_HOME: "/c",
    https_proxy: "http://proxy",
    NODE_EXTRA_CA_CERTS: "/ca.pem",
    Path: "C:\\Windows",
    SystemRoot: "C:\\Windows",
    ANTHROPIC_API_KEY: "sk-ant-1",
    ANTHROPIC_BASE_URL: "http://gateway",
    CLAUDE_CODE_OAUTH_TOKEN: "token",
    CLAUDE_CONFIG_DIR: "/claude",
    CLAUDE_CODE_SKIP_BEDROCK_AUTH: "1",
    VERTEX_REGION_CLAUDE_HAIKU_4_5: "europe-west1",
    DISABLE_TELEMETRY: "1",
  };
  expect(buildClaudeEnvironment(environment, [])).toEqual(environment);
});

test("keeps back what it does not need", () => {
  const environment = {
    GITHUB_TOKEN: "x",
    DATABASE_URL: "x",
    OPENAI_API_KEY: "x",
    NPM_TOKEN: "x",
    SSH_AUTH_SOCK: "x",
    NODE_OPTIONS: "x",
  };
  expect(namesPassed(environment)).toEqual([]);
});

test("passes a cloud's variables only when Claude Code works through that cloud", () => {
  const secrets = {
    AWS_SECRET_ACCESS_KEY: "x",
    GOOGLE_APPLICATION_CREDENTIALS: "x",
    AZURE_CLIENT_SECRET: "x",
  };
  expect(namesPassed(secrets)).toEqual([]);
  expect(namesPassed({ ...secrets, CLAUDE_CODE_USE_BEDROCK: "0" })).toEqual(["CLAUDE_CODE_USE_BEDROCK"]);
  expect(namesPassed({ ...secrets, CLAUDE_CODE_USE_BEDROCK: "1" })).toContain("AWS_SECRET_ACCESS_KEY");
  expect(namesPassed({ ...secrets, CLAUDE_CODE_USE_BEDROCK: "1" })).not.toContain("AZURE_CLIENT_SECRET");
  expect(namesPassed({ ...secrets, CLAUDE_CODE_USE_VERTEX: "true" })).toContain(
    "GOOGLE_APPLICATION_CREDENTIALS",
  );
  expect(namesPassed({ ...secrets, CLAUDE_CODE_USE_FOUNDRY: "1" })).toContain("AZURE_CLIENT_SECRET");
});

test("passes what the config names", () => {
  expect(namesPassed({ GITHUB_TOKEN: "x", NPM_TOKEN: "x" }, ["GITHUB_TOKEN"])).toEqual(["GITHUB_TOKEN"]);
});

test("never passes Turnpike's own settings or the marks of another Claude Code, not even by name", () => {
  const never = {
    TURNPIKE_API_KEY: "x",
    CLAUDECODE: "1",
    CLAUDE_CODE_ENTRYPOINT: "cli",
    CLAUDE_CODE_SSE_PORT: "1234",
    CLAUDE_CODE_SESSION_ID: "x",
  };
  expect(namesPassed(never, Object.keys(never))).toEqual([]);
});

test("a profile that chooses a cloud gets that cloud's variables of the server's, its own first", () => {
  const server = { AWS_REGION: "eu-west-1", AWS_PROFILE: "work", AZURE_KEY: "x", GITHUB_TOKEN: "x" };
  const own = { CLAUDE_CODE_USE_BEDROCK: "1", AWS_REGION: "us-east-1" };
  expect(buildProfileEnvironment(own, server)).toEqual({ ...own, AWS_PROFILE: "work" });
  const off = { CLAUDE_CODE_USE_BEDROCK: "0", OTHER: "x" };
  expect(buildProfileEnvironment(off, server)).toEqual(off);
});
