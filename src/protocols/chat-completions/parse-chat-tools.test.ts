import { describe, expect, test } from "vitest";

import { parseChat, refuseChat } from "../../../test/protocols/chat-requests.ts";

const PARAMETERS = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const NAME_RULE =
  "string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.";

function declare(name: string, extra: object = {}) {
  return { type: "function", function: { name, parameters: PARAMETERS, ...extra } };
}

const TWO = [declare("a"), declare("b")];

function named(name: string) {
  return { type: "function", function: { name } };
}

describe("tools", () => {
  test("reach the model as they were declared", () => {
    const description = "x".repeat(20_000);
    const { tools, isLegacyFunctions } = parseChat({
      tools: [declare("get_weather", { description, strict: true }), declare("B-2", { strict: false })],
    });
    expect(tools).toEqual({
      list: [
        { name: "get_weather", description, inputSchema: PARAMETERS, isStrict: true },
        { name: "B-2", inputSchema: PARAMETERS },
      ],
      choice: { type: "auto" },
      isParallel: true,
    });
    expect(isLegacyFunctions).toBe(false);
  });

  test("need no parameters and no type at the top of them", () => {
    const { tools } = parseChat({
      tools: [
        { type: "function", function: { name: "a" } },
        declare("b", { parameters: null, description: null, strict: null }),
        declare("c", { parameters: {} }),
      ],
    });
    expect(tools.list).toEqual([
      { name: "a", inputSchema: { type: "object", properties: {} } },
      { name: "b", inputSchema: { type: "object", properties: {} } },
      { name: "c", inputSchema: { type: "object" } },
    ]);
  });

  test.each([
    [{}, false],
    [{ tools: null, functions: null }, false],
    [{ tools: [] }, true],
    [{ tools: null, functions: [], parallel_tool_calls: true }, true],
  ])("%j means none", (extra, isSentEmpty) => {
    expect(parseChat(extra).tools).toEqual({
      list: [],
      choice: { type: "auto" },
      isParallel: true,
      ...(isSentEmpty && { isSentEmpty }),
    });
  });

  test("1000 of them fit, and a name of 64 letters", () => {
    const tools = Array.from({ length: 1000 }, (_, index) => declare(`t${index}`.padEnd(64, "_")));
    expect(parseChat({ tools }).tools.list).toHaveLength(1000);
    expect(refuseChat({ tools: [...tools, declare("last")] })).toMatchObject({
      code: "array_above_max_length",
      param: "tools",
    });
  });

  test.each([
    ["tools", [{}], "missing_required_parameter", "tools[0].type"],
    ["tools", [{ type: "function" }], "missing_required_parameter", "tools[0].function"],
    ["tools", [{ type: "function", name: "a" }], "missing_required_parameter", "tools[0].function"],
    ["tools", [{ type: "retrieval" }], "invalid_value", "tools[0].type"],
    ["tools", [{ type: "image_generation" }, {}], "missing_required_parameter", "tools[1].type"],
    [
      "tools",
      [{ type: "image_generation" }, ...TWO, declare("b")],
      "invalid_value",
      "tools[3].function.name",
    ],
    ["tools", [{ type: "custom", custom: { name: "a" } }], "unsupported_value", "tools[0].type"],
    ["tools", [...TWO, declare("b")], "invalid_value", "tools[2].function.name"],
    ["tools", [declare("")], "empty_string", "tools[0].function.name"],
    ["tools", [declare("x".repeat(65))], "string_above_max_length", "tools[0].function.name"],
    ["tools", [declare("a", { parameters: "{}" })], "invalid_type", "tools[0].function.parameters"],
    ["tools", [declare("a", { strict: "yes" })], "invalid_type", "tools[0].function.strict"],
    ["tools", [declare("a", { description: 1 })], "invalid_type", "tools[0].function.description"],
    ["tools", {}, "invalid_type", "tools"],
    ["functions", [{}], "missing_required_parameter", "functions[0].name"],
    ["functions", [{ name: "a b" }], "invalid_value", "functions[0].name"],
    ["functions", [{ name: "a" }, { name: "a" }], "invalid_value", "functions[1].name"],
  ])("%s %j is refused as %s at %s", (key, value, code, param) => {
    expect(refuseChat({ [key]: value })).toMatchObject({ code, param });
  });

  const HOSTED = ["image_generation", "tool_search", "web_search", "mcp", "web_search_20250305"];

  test.each(HOSTED)("%s beside them is left out and reported", (type) => {
    const read = parseChat({
      tools: [{ type }, ...TWO, { type, server_label: "x" }],
      tool_choice: "required",
    });
    expect(read.tools.list.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(read.tools.isSentEmpty).toBeUndefined();
    expect(read.ignored).toEqual([`tools.${type}`]);
  });

  test.each(HOSTED)("%s alone leaves a client without tools, and cannot be chosen", (type) => {
    expect(parseChat({ tools: [{ type }] })).toMatchObject({
      tools: { list: [], choice: { type: "auto" }, isSentEmpty: true },
      ignored: [`tools.${type}`],
    });
    const tools = [{ type }, ...TWO];
    const refused = { code: "unsupported_value", param: "tool_choice" };
    expect(refuseChat({ tools, tool_choice: { type } })).toMatchObject(refused);
    const allowed_tools = { mode: "auto", tools: [{ type: "function", function: { name: "a" } }, { type }] };
    expect(refuseChat({ tools, tool_choice: { type: "allowed_tools", allowed_tools } })).toMatchObject(
      refused,
    );
    expect(refuseChat({ tools: [{ type }], tool_choice: "required" })).toEqual({
      ...refused,
      message: `Unsupported value: 'tool_choice' does not support 'required'. None of the tools in 'tools' is served here: ${type}.`,
    });
  });

  test.each([
    [
      { tools: [declare("a.b")] },
      "invalid_value",
      "tools[0].function.name",
      `Invalid 'tools[0].function.name': ${NAME_RULE}`,
    ],
    [
      { tools: [TWO[0], declare("x", { parameters: { type: "object", anyOf: [{}] } })] },
      "invalid_function_parameters",
      "tools[1].function.parameters",
      "Invalid schema for function 'x': schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level.",
    ],
    [
      { functions: [{ name: "x", parameters: { properties: { a: { type: "strin" } } } }] },
      "invalid_function_parameters",
      "functions[0].parameters",
      `Invalid schema for function 'x': In context=('properties', 'a', 'type'), "strin" must be one of array, boolean, integer, null, number, object, string.`,
    ],
    [
      { tool_choice: "required" },
      null,
      "tool_choice",
      "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
    ],
  ])("%j is refused in OpenAI's words", (extra, code, param, message) => {
    expect(refuseChat(extra)).toEqual({ code, param, message });
  });
});

describe("the choice among them", () => {
  test.each([
    ["auto", { type: "auto" }],
    ["none", { type: "none" }],
    ["required", { type: "required" }],
    [null, { type: "auto" }],
    [named("b"), { type: "tool", name: "b" }],
  ])("%j", (choice, expected) => {
    const { tools } = parseChat({ tools: TWO, tool_choice: choice, parallel_tool_calls: false });
    expect(tools).toMatchObject({ choice: expected, isParallel: false });
    expect(tools.list.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  test.each(["auto", "required"])("allowed_tools offers only those, mode %s", (mode) => {
    const tools = [...TWO, declare("c")];
    const choice = { type: "allowed_tools", allowed_tools: { mode, tools: [named("c"), named("a")] } };
    const offered = parseChat({ tools, tool_choice: choice }).tools;
    expect(offered.choice).toEqual({ type: mode });
    expect(offered.list.map(({ name }) => name)).toEqual(["a", "c"]);
  });

  test.each(["auto", "none"])("%s needs no tools", (choice) => {
    expect(parseChat({ tool_choice: choice, function_call: choice }).tools.list).toEqual([]);
  });

  test.each([
    ["any", "invalid_value", "tool_choice"],
    [5, "invalid_type", "tool_choice"],
    [{}, "missing_required_parameter", "tool_choice.type"],
    [{ type: "function" }, "missing_required_parameter", "tool_choice.function"],
    [{ type: "function", function: {} }, "missing_required_parameter", "tool_choice.function.name"],
    [named("c"), "invalid_value", "tool_choice"],
    [{ type: "custom", custom: { name: "a" } }, "unsupported_value", "tool_choice.type"],
    [{ type: "file_search" }, "invalid_value", "tool_choice.type"],
    [{ type: "allowed_tools" }, "missing_required_parameter", "tool_choice.allowed_tools"],
    [
      { type: "allowed_tools", allowed_tools: { mode: "auto", tools: [] } },
      "empty_array",
      "tool_choice.allowed_tools.tools",
    ],
    [
      { type: "allowed_tools", allowed_tools: { mode: "none", tools: [named("a")] } },
      "invalid_value",
      "tool_choice.allowed_tools.mode",
    ],
    [
      { type: "allowed_tools", allowed_tools: { mode: "auto", tools: [named("c")] } },
      "invalid_value",
      "tool_choice",
    ],
  ])("%j is refused as %s at %s", (choice, code, param) => {
    expect(refuseChat({ tools: TWO, tool_choice: choice })).toMatchObject({ code, param });
  });

  test("a demand without tools is refused", () => {
    expect(refuseChat({ tool_choice: named("a") })).toMatchObject({ code: null, param: "tool_choice" });
    expect(refuseChat({ function_call: { name: "a" } })).toMatchObject({
      code: null,
      param: "function_call",
    });
  });
});

describe("the older functions", () => {
  const functions = [{ name: "a", description: "A.", parameters: PARAMETERS }, { name: "b" }];

  test("are tools that are called one at a time", () => {
    expect(parseChat({ functions })).toMatchObject({
      isLegacyFunctions: true,
      tools: {
        list: [
          { name: "a", description: "A.", inputSchema: PARAMETERS },
          { name: "b", inputSchema: { type: "object", properties: {} } },
        ],
        choice: { type: "auto" },
        isParallel: false,
      },
    });
  });

  test.each([
    ["none", { type: "none" }],
    [{ name: "b" }, { type: "tool", name: "b" }],
  ])("function_call %j", (choice, expected) => {
    expect(parseChat({ functions, function_call: choice }).tools.choice).toEqual(expected);
  });

  test.each([
    [{ function_call: { name: "c" } }, "invalid_value", "function_call"],
    [{ function_call: "required" }, "invalid_value", "function_call"],
    [{ function_call: {} }, "missing_required_parameter", "function_call.name"],
    [{ tools: TWO }, "invalid_value", "functions"],
  ])("with %j are refused as %s at %s", (extra, code, param) => {
    expect(refuseChat({ functions, ...extra })).toMatchObject({ code, param });
  });
});
