import { expect, test } from "vitest";

import { RequestError } from "../request-error.ts";
import { checkOpenAiSetting } from "./check-setting.ts";
import { parseClaudeSettings, type SettingPlaces } from "./parse-claude-settings.ts";

const parse = (mcpServers: unknown) =>
  parseClaudeSettings({ claude: { mcpServers } }, checkOpenAiSetting).settings.mcpServers;

function refuse(places: SettingPlaces): RequestError {
  try {
    parseClaudeSettings(places, checkOpenAiSetting);
  } catch (error) {
    if (error instanceof RequestError) return error;
    throw error;
  }
  throw new Error("It was not refused.");
}

test("a record is the request's own servers, a list has names of configured ones, or both", () => {
  const stdio = { command: "npx", args: ["-y", "server"], env: { TOKEN: "x" } };
  const remote = { type: "sse", url: "https://mcp.example/sse", headers: { Authorization: "Bearer x" } };
  expect(
    parse({ files: stdio, web: remote, plain: { url: "http://127.0.0.1:9/mcp", headers: null } }),
  ).toEqual({
    configured: [],
    own: {
      files: { type: "stdio", ...stdio },
      web: remote,
      plain: { type: "http", url: "http://127.0.0.1:9/mcp", headers: {} },
    },
  });
  expect(parse(["docs", "docs", { files: { type: "stdio", command: "x" } }])).toEqual({
    configured: ["docs"],
    own: { files: { type: "stdio", command: "x", args: [], env: {} } },
  });
  expect(parse([])).toEqual({ configured: [], own: {} });
});

const ROOT = "claude.mcpServers";
const web = (headers: object) => ({ web: { url: "https://mcp.example", headers } });

test.each([
  [{ "a b": { command: "x" } }, `${ROOT}.a b`],
  [{ ["x".repeat(33)]: { command: "x" } }, `${ROOT}.${"x".repeat(33)}`],
  [{ a: "x" }, `${ROOT}.a`],
  [{ a: {} }, `${ROOT}.a.url`],
  [{ a: { type: "stdio" } }, `${ROOT}.a.command`],
  [{ a: { type: "ws", url: "wss://x" } }, `${ROOT}.a.type`],
  [{ a: { command: "x", args: "y" } }, `${ROOT}.a.args`],
  [{ a: { command: "x", args: ["a\0b"] } }, `${ROOT}.a.args[0]`],
  [{ a: { command: "x", env: { "A=B": "1" } } }, `${ROOT}.a.env`],
  [{ a: { command: "x", env: { A: 1 } } }, `${ROOT}.a.env.A`],
  [{ a: { url: "file:///etc/passwd" } }, `${ROOT}.a.url`],
  [{ a: { url: "https://user:password@mcp.example" } }, `${ROOT}.a.url`],
  [{ a: { url: "https://mcp.example/${HOME}" } }, `${ROOT}.a.url`],
  [web({ "X-A": "a\r\nb" }), `${ROOT}.web.headers.X-A`],
  [web({ "X-A": "a\0b" }), `${ROOT}.web.headers.X-A`],
  [web({ "X A": "b" }), `${ROOT}.web.headers`],
  [web({ Authorization: "Bearer ${ANTHROPIC_API_KEY}" }), `${ROOT}.web.headers.Authorization`],
  [["docs", 5], `${ROOT}[1]`],
  [["a b"], `${ROOT}[0]`],
  [["docs", { docs: { command: "x" } }], ROOT],
  [[{ docs: { command: "x" } }, "docs"], ROOT],
  [Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`s${at}`, { command: "x" }])), ROOT],
])("is refused: %j", (mcpServers, param) => {
  expect(refuse({ claude: { mcpServers } }).info.param).toBe(param);
});

test("headers and metadata give names alone", () => {
  const text = '[{"files": {"command": "x"}}]';
  expect(refuse({ headers: { "x-turnpike-mcp-servers": text } }).info.param).toBe(
    "X-Turnpike-Mcp-Servers[0]",
  );
  expect(refuse({ metadata: { "claude.mcpServers": text } }).info.param).toBe(
    "metadata.claude.mcpServers[0]",
  );
  expect(refuse({ metadata: { "claude.mcpServers": { files: { command: "x" } } } }).info.param).toBe(
    "metadata.claude.mcpServers",
  );
});
