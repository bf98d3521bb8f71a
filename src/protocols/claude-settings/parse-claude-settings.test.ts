import { describe, expect, test } from "vitest";

import { parsePart } from "../messages/parse-part.ts";
import { RequestError } from "../request-error.ts";
import { checkOpenAiSetting } from "./check-setting.ts";
import { parseClaudeSettings, type SettingPlaces } from "./parse-claude-settings.ts";
import { SETTING_NAMES } from "./setting-schemas.ts";
import { NAME_BY_FIELD, NAME_BY_HEADER } from "./setting-spellings.ts";

const parse = (places: SettingPlaces) => parseClaudeSettings(places, checkOpenAiSetting);

function refuse(places: SettingPlaces, check = checkOpenAiSetting): RequestError {
  try {
    parseClaudeSettings(places, check);
  } catch (error) {
    if (error instanceof RequestError) return error;
    throw error;
  }
  throw new Error("It was not refused.");
}

/** A value for each setting, and how a header or metadata say the same. */
const SAMPLES = {
  workingDirectory: ["sub/folder", "sub/folder"],
  additionalDirectories: [["/a", "/b"], "/a, /b"],
  permissionMode: ["plan", "plan"],
  builtinTools: ["off", "off"],
  allowedTools: [["Read", "Bash(a, b)"], "Read, Bash(a, b)"],
  disallowedTools: [["Bash"], '["Bash"]'],
  maxTurns: [5, "5"],
  maxBudgetUsd: [0.5, "0.5"],
  mcpServers: [["docs", "tickets"], "docs,tickets"],
  isolation: ["copy", "copy"],
  command: ["/review", "/review"],
  approvals: ["client", "client"],
  includeFiles: [true, "True"],
  activity: ["field", "field"],
  timeoutMs: [5000, "5000"],
} as const satisfies Readonly<Record<(typeof SETTING_NAMES)[number], readonly [unknown, string]>>;

const OUTSIDE_SETTINGS = new Set<string>(["command", "approvals", "includeFiles", "activity", "timeoutMs"]);

/** The result of parsing, for one setting. */
function read(places: SettingPlaces, name: string): unknown {
  const parsed = parse(places);
  expect(parsed.ignored).toEqual([]);
  const from: object = OUTSIDE_SETTINGS.has(name) ? parsed : parsed.settings;
  return Reflect.get(from, name);
}

test("without any there is nothing", () => {
  const nothing = { settings: {}, sources: {}, ignored: [] };
  expect(parse({})).toEqual(nothing);
  expect(
    parse({ claude: null, metadata: null, headers: { accept: "*/*", "x-turnpike-timeout": "soon" } }),
  ).toEqual(nothing);
  expect(parse({ claude: { env: null, maxTurns: null, nobody: null } })).toEqual(nothing);
});

describe.each(SETTING_NAMES)("%s", (name) => {
  const [value, text] = SAMPLES[name];
  const expected = name === "mcpServers" ? { configured: value, own: {} } : value;
  const fields = [...NAME_BY_FIELD].flatMap(([field, each]) => (each === name ? [field] : []));
  const headers = [...NAME_BY_HEADER].flatMap(([header, each]) => (each === name ? [header] : []));

  test.each(fields)("in the body as %s", (field) => {
    expect(read({ claude: { [field]: value } }, name)).toEqual(expected);
    expect(parse({ claude: { [field]: value } }).sources).toEqual({ [name]: `claude.${field}` });
  });

  test.each(fields)("in the metadata as claude.%s", (field) => {
    expect(read({ metadata: { [`claude.${field}`]: text } }, name)).toEqual(expected);
    expect(parse({ metadata: { [`claude.${field}`]: text } }).sources).toEqual({
      [name]: `metadata.claude.${field}`,
    });
  });

  test.each(headers)("in the header %s", (header) => {
    expect(read({ headers: { [header]: text } }, name)).toEqual(expected);
    expect(parse({ headers: { [header]: text } }).sources[name]?.toLowerCase()).toBe(header);
  });

  test("that is no such value is refused at its place", () => {
    const wrong = { wrong: true };
    const isServers = name === "mcpServers";
    expect(refuse({ claude: { [name]: isServers ? 5 : wrong } })).toMatchObject({
      info: { param: `claude.${name}` },
    });
    const param = `metadata.claude.${name}`;
    expect(refuse({ metadata: { [`claude.${name}`]: wrong } })).toMatchObject({ info: { param } });
  });
});

test("the body counts before headers, and these before metadata, each setting for itself", () => {
  const parsed = parse({
    claude: { maxTurns: 1 },
    headers: { "x-turnpike-max-turns": "2", "x-turnpike-permission-mode": "plan" },
    metadata: {
      "claude.maxTurns": "3",
      "claude.permissionMode": "dontAsk",
      "claude.isolation": "copy",
      other: "x",
    },
  });
  expect(parsed.settings).toEqual({ maxTurns: 1, permissionMode: "plan", isolation: "copy" });
  expect(parsed.sources).toEqual({
    maxTurns: "claude.maxTurns",
    permissionMode: "X-Turnpike-Permission-Mode",
    isolation: "metadata.claude.isolation",
  });
});

test("what does not count must be right all the same", () => {
  const places = { claude: { maxTurns: 1 }, headers: { "x-turnpike-max-turns": "many" } };
  expect(refuse(places)).toMatchObject({ code: "invalid_type", info: { param: "X-Turnpike-Max-Turns" } });
});

test("unknown names are ignored, and told", () => {
  const places = {
    claude: { working_folder: "/x", constructor: 1 },
    headers: { "x-turnpike-modell": "x" },
    metadata: { "claude.nobody": "x", "claudette.maxTurns": "x", claude: "x" },
  };
  expect(parse(places)).toEqual({
    settings: {},
    sources: {},
    ignored: ["claude.working_folder", "claude.constructor", "X-Turnpike-Modell", "metadata.claude.nobody"],
  });
});

test("settings that the protocol has no use for are ignored, and told", () => {
  const places = { claude: { activity: "field" }, headers: { "x-turnpike-include-files": "true" } };
  expect(parseClaudeSettings(places, checkOpenAiSetting, ["activity", "includeFiles"])).toEqual({
    settings: {},
    sources: {},
    ignored: ["claude.activity", "X-Turnpike-Include-Files"],
  });
});

test.each([
  [{ claude: { env: {} } }, "claude.env"],
  [{ claude: { environment: { PATH: "/x" } } }, "claude.environment"],
  [{ headers: { "x-turnpike-env": "A=1" } }, "X-Turnpike-Env"],
  [{ metadata: { "claude.env": "A=1" } }, "metadata.claude.env"],
])("an environment is refused: %o", (places, param) => {
  const refusal = refuse(places);
  expect(refusal.info).toMatchObject({ kind: "invalid-request", param });
  expect(refusal.message).toContain("server's configuration");
});

test("two spellings of one setting are refused", () => {
  expect(refuse({ claude: { maxTurns: 1, max_turns: 2 } }).info.param).toBe("claude.max_turns");
});

test.each([
  [{ maxTurns: 0 }, "claude.maxTurns", "integer_below_min_value"],
  [{ maxTurns: 1.5 }, "claude.maxTurns", "invalid_type"],
  [{ max_budget_usd: 0 }, "claude.max_budget_usd", "decimal_below_min_value"],
  [{ permission_mode: "yolo" }, "claude.permission_mode", "invalid_value"],
  [{ workingDirectory: "" }, "claude.workingDirectory", "empty_string"],
  [{ workingDirectory: "/a\0b" }, "claude.workingDirectory", "invalid_value"],
  [{ allowedTools: "Read" }, "claude.allowedTools", "invalid_type"],
  [{ allowedTools: ["Read", "a\nb"] }, "claude.allowedTools[1]", "invalid_value"],
  [{ timeout_ms: 0 }, "claude.timeout_ms", "integer_below_min_value"],
])("OpenAI's words: %o", (claude, param, code) => {
  expect(refuse({ claude })).toMatchObject({ code, info: { param } });
});

test("Anthropic's words", () => {
  const refusal = refuse({ claude: { maxTurns: 0 } }, parsePart);
  expect(refusal.message).toBe("claude.maxTurns: Input should be greater than or equal to 1");
});

describe("texts", () => {
  test.each([
    ["", []],
    [" , ", []],
    ["Read", ["Read"]],
    ["Bash(git log -n 1, *), Edit", ["Bash(git log -n 1, *)", "Edit"]],
    ['["a,b", "c"]', ["a,b", "c"]],
    [")a,b", [")a", "b"]],
  ])("lists: %j", (text, rules) => {
    expect(parse({ headers: { "x-turnpike-allowed-tools": text } }).settings.allowedTools).toEqual(rules);
  });

  test.each(["[", '["a", 5]', '{"a":1}x['])("broken JSON is refused or taken as words: %j", (text) => {
    const places = { headers: { "x-turnpike-allowed-tools": text } };
    if (text.startsWith("[")) expect(refuse(places).info.param).toMatch(/^X-Turnpike-Allowed-Tools/);
    else expect(parse(places).settings.allowedTools).toEqual([text]);
  });

  test("a path in a header is UTF-8, as clients write it, or else Latin-1", () => {
    const utf8 = Buffer.from("/wörk/ß").toString("latin1");
    expect(parse({ headers: { "x-turnpike-working-directory": utf8 } }).settings.workingDirectory).toBe(
      "/wörk/ß",
    );
    expect(parse({ headers: { "x-turnpike-working-directory": "/w\xf6rk" } }).settings.workingDirectory).toBe(
      "/wörk",
    );
  });
});
