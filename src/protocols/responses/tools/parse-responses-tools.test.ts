import { describe, expect, test } from "vitest";

import { RequestError } from "../../request-error.ts";
import { parseResponsesRequest } from "../request/parse-responses-request.ts";
import type { ResponsesRequest } from "../responses-request.ts";

type Tool = Readonly<Record<string, unknown>>;

const F: Tool = { type: "function", name: "f", parameters: { type: "object", properties: {} } };
const SEARCH: Tool = { type: "web_search" };
const DICE: Tool = { type: "mcp", server_label: "dice", server_url: "https://dice.example/mcp?key=secret" };

function parse(tools: readonly Tool[], extra: object = {}): ResponsesRequest {
  return parseResponsesRequest({ model: "sonnet", input: "x", tools, ...extra });
}

function refuse(tools: readonly Tool[], extra: object = {}): object {
  try {
    parse(tools, extra);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return { code: error.code, param: error.info.param, message: error.message };
  }
  throw new Error("The tools were accepted.");
}

describe("tools that the client runs", () => {
  test("a function is checked unless it says otherwise", () => {
    const read = parse([
      { ...F, description: "d" },
      { ...F, name: "g", strict: false },
    ]);
    expect(read.tools.list).toEqual([
      {
        name: "f",
        description: "d",
        inputSchema: { type: "object", properties: {} },
        isStrict: "if-possible",
      },
      { name: "g", inputSchema: { type: "object", properties: {} } },
    ]);
    expect(read.echo["tools"]).toEqual([
      { ...F, description: "d", strict: true },
      { ...F, name: "g", description: null, strict: false },
    ]);
    expect(read.toolOrigins.get("f")).toEqual({ type: "function", name: "f" });
  });

  test("a custom tool takes one text and is told its grammar", () => {
    const format = { type: "grammar", syntax: "lark", definition: 'start: "a"' };
    const read = parse([{ type: "custom", name: "c", description: "d", format }]);
    expect(read.tools.list).toMatchObject([
      {
        name: "c",
        description: expect.stringMatching(/^d\n\n[\s\S]*start: "a"$/),
        inputSchema: { required: ["input"] },
      },
    ]);
    expect(read.toolOrigins.get("c")).toEqual({ type: "custom", name: "c" });
    expect(parse([{ type: "custom", name: "c" }]).echo["tools"]).toEqual([
      { type: "custom", name: "c", format: { type: "text" } },
    ]);
  });

  test("a namespace gives each of its tools its name", () => {
    const read = parse([
      F,
      { type: "namespace", name: "agents", description: "all", tools: [F, { type: "custom", name: "c" }] },
    ]);
    expect(read.tools.list.map(({ name }) => name)).toEqual(["f", "agents__f", "agents__c"]);
    expect(read.tools.list[1]?.description).toBe("all");
    expect(read.toolOrigins.get("agents__f")).toEqual({ type: "function", name: "f", namespace: "agents" });
    const odd = parse([
      { type: "namespace", name: "a.b", description: "", tools: [F] },
      { type: "namespace", name: "a b", description: "", tools: [F] },
    ]);
    expect(new Set(odd.tools.list.map(({ name }) => name)).size).toBe(2);
    for (const { name } of odd.tools.list) expect(name).toMatch(/^a_b__f_[0-9a-f]{8}$/);
  });

  test("shell, local_shell and apply_patch have a schema of their own", () => {
    const read = parse([{ type: "shell" }, { type: "local_shell" }, { type: "apply_patch" }]);
    expect(read.tools.list.map(({ name }) => name)).toEqual(["shell", "local_shell", "apply_patch"]);
    expect([...read.toolOrigins.values()]).toEqual([
      { type: "shell" },
      { type: "local_shell" },
      { type: "apply_patch" },
    ]);
    expect(read.hostedTools.size).toBe(0);
  });
});

describe("tools that Claude Code runs", () => {
  test("hosted tools", () => {
    const read = parse([
      SEARCH,
      { type: "web_search_preview", search_context_size: "low" },
      { type: "code_interpreter", container: { type: "auto" } },
      { type: "shell", environment: { type: "container_auto" } },
    ]);
    expect(read.hostedTools).toEqual(new Set(["web_search", "code_interpreter", "shell"]));
    expect(read.tools.list).toEqual([]);
    expect(read.ignored).toEqual(["tools.search_context_size"]);
  });

  test("MCP servers, whose secrets are not repeated", () => {
    const read = parse([
      {
        ...DICE,
        authorization: "secret",
        headers: { "X-A": "secret" },
        allowed_tools: { tool_names: ["roll"] },
        require_approval: "never",
      },
      { ...DICE, server_label: "b", require_approval: { always: { tool_names: ["x"] } } },
      {
        ...DICE,
        server_label: "c",
        require_approval: { never: { tool_names: ["x"] } },
        allowed_tools: ["x"],
      },
      { ...DICE, server_label: "d" },
    ]);
    expect(read.mcpServers).toEqual([
      {
        label: "dice",
        url: "https://dice.example/mcp?key=secret",
        headers: { "X-A": "secret", Authorization: "Bearer secret" },
        allowedTools: ["roll"],
        approval: { type: "never" },
      },
      { label: "b", url: DICE["server_url"], headers: {}, approval: { type: "list", always: ["x"] } },
      {
        label: "c",
        url: DICE["server_url"],
        headers: {},
        allowedTools: ["x"],
        approval: { type: "all-but", never: ["x"] },
      },
      { label: "d", url: DICE["server_url"], headers: {}, approval: { type: "always" } },
    ]);
    expect(JSON.stringify(read.echo)).not.toContain("secret");
    expect(read.echo["tools"]).toMatchObject([
      { server_label: "dice", server_url: "https://dice.example/mcp", headers: { "X-A": "<redacted>" } },
      {},
      {},
      { require_approval: "always", allowed_tools: null, headers: null },
    ]);
  });
});

describe("hosted tools that are not served", () => {
  const UNSERVED: Tool[] = [
    { type: "file_search", vector_store_ids: ["vs_1"] },
    { type: "image_generation", quality: "high" },
    { type: "computer" },
    { type: "computer_use_preview", display_width: 1, display_height: 1, environment: "linux" },
    { type: "tool_search", execution: "client", description: "Finds tools.", parameters: {} },
    { type: "programmatic_tool_calling", allowed_callers: ["programmatic"] },
  ];

  test.each(UNSERVED)("$type is left out and reported", (tool) => {
    const read = parse([F, tool, SEARCH, tool], { tool_choice: "required" });
    expect(read.tools).toMatchObject({ list: [{ name: "f" }], choice: { type: "required" } });
    expect(read.tools.isSentEmpty).toBeUndefined();
    expect(read.ignored).toEqual([`tools.${tool.type}`]);
    expect(read.echo["tools"]).toHaveLength(4);
  });

  test.each(UNSERVED)("$type alone leaves a client without tools", (tool) => {
    expect(parse([tool])).toMatchObject({
      tools: { list: [], choice: { type: "auto" }, isSentEmpty: true },
      ignored: [`tools.${tool.type}`],
    });
    expect(parse([tool], { tool_choice: "none" }).tools.choice).toEqual({ type: "none" });
  });

  test.each(UNSERVED)("$type cannot be chosen", ({ type }) => {
    const all = [F, ...UNSERVED];
    expect(refuse(all, { tool_choice: { type } })).toMatchObject({
      code: "unsupported_value",
      param: "tool_choice.type",
      message: expect.stringMatching(/does not support '\w+'\. \w+/),
    });
    const tools = [{ type: "function", name: "f" }, { type }];
    expect(refuse(all, { tool_choice: { type: "allowed_tools", mode: "auto", tools } })).toMatchObject({
      code: "unsupported_value",
      param: "tool_choice.tools[1].type",
    });
  });

  test("a demand for a call of one of them is refused", () => {
    expect(refuse([{ type: "image_generation" }], { tool_choice: "required" })).toEqual({
      code: "unsupported_value",
      param: "tool_choice",
      message:
        "Unsupported value: 'tool_choice' does not support 'required'. None of the tools in 'tools' is served here: image_generation.",
    });
  });
});

test.each<[string, readonly Tool[], object]>([
  ["a type that nobody knows", [{ type: "x" }], { code: "invalid_value", param: "tools[0].type" }],
  [
    "a function of Chat Completions",
    [{ type: "function", function: F }],
    { code: "missing_required_parameter", param: "tools[0].name" },
  ],
  ["a bad name", [{ ...F, name: "a b" }], { code: "invalid_value", param: "tools[0].name" }],
  ["two of a name", [F, { type: "custom", name: "f" }], { param: "tools[1].name" }],
  [
    "a bad schema",
    [{ ...F, parameters: { type: "string" } }],
    { code: "invalid_function_parameters", param: "tools[0].parameters" },
  ],
  [
    "an empty namespace",
    [{ type: "namespace", name: "n", description: "", tools: [] }],
    { param: "tools[0].tools" },
  ],
  [
    "a namespace in a namespace",
    [{ type: "namespace", name: "n", tools: [{ type: "shell", name: "s" }] }],
    { param: "tools[0].tools[0].type" },
  ],
  ["programs only", [{ ...F, allowed_callers: ["programmatic"] }], { param: "tools[0].allowed_callers" }],
  [
    "files for a container",
    [{ type: "code_interpreter", container: { type: "auto", file_ids: ["a"] } }],
    { param: "tools[0].container.file_ids" },
  ],
  [
    "an unknown environment",
    [{ type: "shell", environment: { type: "x" } }],
    { param: "tools[0].environment.type" },
  ],
  [
    "a connector",
    [{ type: "mcp", server_label: "a", connector_id: "connector_gmail" }],
    { code: "unsupported_parameter", param: "tools[0].connector_id" },
  ],
  ["no server", [{ type: "mcp", server_label: "a" }], { param: "tools[0].server_url" }],
  ["a file as server", [{ ...DICE, server_url: "file:///etc" }], { param: "tools[0].server_url" }],
  ["a header in two lines", [{ ...DICE, headers: { a: "b\r\nc" } }], { param: "tools[0].headers" }],
  ["servers of one label", [F, DICE, DICE], { param: "tools[2].server_label" }],
  [
    "too many tools",
    [
      {
        type: "namespace",
        name: "n",
        tools: Array.from({ length: 1001 }, (_, i) => ({ ...F, name: `f${i}` })),
      },
    ],
    { code: "array_above_max_length", param: "tools" },
  ],
])("refused: %s", (_, tools, expected) => {
  expect(refuse(tools)).toMatchObject(expected);
});

describe("tool_choice", () => {
  const NAMESPACE: Tool = { type: "namespace", name: "n", description: "", tools: [{ ...F, name: "inner" }] };
  const all = [F, NAMESPACE, { type: "shell" }, SEARCH, DICE];

  test.each<[unknown, object]>([
    ["none", { type: "none" }],
    ["required", { type: "required" }],
    [
      { type: "function", name: "f" },
      { type: "tool", name: "f" },
    ],
    [
      { type: "function", name: "inner" },
      { type: "tool", name: "n__inner" },
    ],
    [{ type: "shell" }, { type: "tool", name: "shell" }],
  ])("%j can be forced", (tool_choice, choice) => {
    const read = parse(all, { tool_choice });
    expect(read.tools.choice).toEqual(choice);
    expect(read).toMatchObject({ ignored: [], echo: { tool_choice } });
  });

  test.each<unknown>([{ type: "web_search_preview" }, { type: "mcp", server_label: "dice" }])(
    "%j is left to Claude, and that is said",
    (tool_choice) => {
      const read = parse(all, { tool_choice });
      expect(read.tools.choice).toEqual({ type: "auto" });
      expect(read.ignored).toEqual(["tool_choice"]);
    },
  );

  test("allowed_tools leaves the rest out", () => {
    const tools = [
      { type: "function", name: "f" },
      { type: "mcp", server_label: "dice", name: "roll" },
    ];
    const read = parse(all, { tool_choice: { type: "allowed_tools", mode: "required", tools } });
    expect(read.tools).toMatchObject({ list: [{ name: "f" }], choice: { type: "required" } });
    expect(read.hostedTools.size).toBe(0);
    expect(read.mcpServers).toMatchObject([{ label: "dice", allowedTools: ["roll"] }]);
    expect(read.toolOrigins.has("shell")).toBe(true);
  });

  test.each<[unknown, object]>([
    [{ type: "function", name: "g" }, { message: "Tool choice 'g' not found in 'tools' parameter." }],
    [{ type: "code_interpreter" }, { param: "tool_choice" }],
    [{ type: "file_search" }, { message: "Tool choice 'file_search' not found in 'tools' parameter." }],
    [{ type: "x" }, { code: "invalid_value", param: "tool_choice.type" }],
    [{ type: "function" }, { code: "missing_required_parameter", param: "tool_choice.name" }],
    [{ type: "allowed_tools", mode: "auto" }, { param: "tool_choice.tools" }],
    ["any", { code: "invalid_value", param: "tool_choice" }],
  ])("%j is refused", (tool_choice, expected) => {
    expect(refuse(all, { tool_choice })).toMatchObject(expected);
  });

  test("a demand without tools is refused", () => {
    expect(refuse([], { tool_choice: "required" })).toMatchObject({ param: "tool_choice" });
    expect(parse([], { tool_choice: "none" }).tools.choice).toEqual({ type: "none" });
  });
});
