import { describe, expect, test } from "vitest";
import { modelNamed, MODELS } from "./models.ts";
import { checkRequest } from "./check-request.ts";
import { refusalOf } from "./refusal-of.ts";

const FROM_47 = MODELS.filter((model) => model.sampling === "default-only").map((model) => model.id);
const UP_TO_46 = MODELS.filter((model) => model.sampling === "one").map((model) => model.id);
const NO_FORCED = new Set(["claude-fable-5-2", "claude-fable-5-1", "claude-opus-5-5", "claude-sonnet-5-5"]);
const user = (content: unknown) => ({ role: "user", content });
const assistant = (content: unknown) => ({ role: "assistant", content });
const system = (content: unknown, more: object = {}) => ({ role: "system", content, ...more });
const tool = { name: "look", input_schema: { type: "object" } };

describe("the request's outside", () => {
  const headers = { "x-api-key": "k", "anthropic-version": "2023-06-01" };
  const json = { model: "claude-opus-5", max_tokens: 5, messages: [user("hi")] };
  const statusOf = (given: object, body: object = json) => {
    const checked = checkRequest({
      json: { ...body },
      headers: { ...given },
      use: "create",
      findModel: modelNamed,
    });
    return "problem" in checked ? [checked.problem.status, checked.problem.message] : [200];
  };

  test("has a key, a version that exists and betas that exist", () => {
    expect(statusOf(headers)).toEqual([200]);
    expect(statusOf({ ...headers, "anthropic-beta": "effort-2025-11-24, pdfs-2024-09-25" })).toEqual([200]);
    expect(statusOf({ "anthropic-version": "2023-06-01" })[0]).toBe(401);
    expect(statusOf({ "x-api-key": "k" })).toEqual([400, "anthropic-version: header is required"]);
    expect(statusOf({ ...headers, "anthropic-version": "2023-06-02" })[0]).toBe(400);
    expect(statusOf({ ...headers, "anthropic-beta": "effort-2025-11-24,mine" })[1]).toContain("`mine`");
  });

  test("a personal login is Claude Code's own", () => {
    const login = { authorization: "Bearer sk-ant-oat01-x", "anthropic-version": "2023-06-01" };
    const billing = { type: "text", text: "x-anthropic-billing-header: cc_version=1;" };
    const identity = { type: "text", text: "You are a Claude agent, built on Anthropic's Claude Agent SDK." };
    const own = { type: "text", text: "Be brief." };
    const refused = expect.stringContaining("only authorized for use with Claude Code");
    expect(statusOf(login, { ...json, system: [billing, identity, own] })).toEqual([200]);
    expect(statusOf(login, { ...json, system: [billing, own, identity] })).toEqual([400, refused]);
    expect(statusOf(login, { ...json, system: "Be brief." })).toEqual([400, refused]);
    expect(statusOf(login)).toEqual([400, refused]);
    expect(statusOf(login, { ...json, model: "claude-haiku-4-5" })).toEqual([200]);
    expect(statusOf({ ...login, authorization: "Bearer sk-ant-api03-x" })).toEqual([200]);
  });

  test.each(["claude-opus-5", "claude-haiku-4-5-20251001", "claude-opus-5-20260724"])(
    "names a model: %s",
    (model) => {
      expect(statusOf(headers, { ...json, model })).toEqual([200]);
    },
  );

  test.each([
    "claude-opus-4-1",
    "claude-sonnet-4-20250514",
    "claude-opus-5-20260101",
    "claude-opus-5[1m]",
    "sonnet",
  ])("names no model: %s", (model) => {
    expect(statusOf(headers, { ...json, model })).toEqual([404, `model: ${model}`]);
  });
});

describe("fields", () => {
  test.each<[string, object, string]>([
    ["unknown", { seed: 1 }, "seed: Extra inputs are not permitted"],
    ["of other services", { frequency_penalty: 0 }, "frequency_penalty: Extra inputs are not permitted"],
    ["missing", { messages: undefined }, "messages: Field required"],
    ["of the wrong type", { stream: "yes" }, "stream: Input should be a valid boolean"],
    ["beta", { context_management: {} }, "context_management: Extra inputs are not permitted"],
    [
      "of thinking, beta",
      { thinking: { type: "adaptive", block_binding: {} } },
      "thinking.adaptive.block_binding: Extra inputs are not permitted",
    ],
    [
      "of metadata",
      { metadata: { user_email: "a@b" } },
      "metadata.user_email: Extra inputs are not permitted",
    ],
    [
      "of a text",
      { messages: [user([{ type: "text", text: "a", id: 1 }])] },
      "messages.0.content.0.text.id: Extra inputs are not permitted",
    ],
    [
      "of a thinking block",
      {
        messages: [
          assistant([
            { type: "thinking", thinking: "", signature: "", cache_control: { type: "ephemeral" } },
          ]),
        ],
      },
      "messages.0.content.0.thinking.cache_control: Extra inputs are not permitted",
    ],
    [
      "of a tool",
      { tools: [{ ...tool, parameters: {} }] },
      "tools.0.custom.parameters: Extra inputs are not permitted",
    ],
    [
      "of a mark",
      { messages: [user([{ type: "text", text: "a", cache_control: { type: "ephemeral", ttl: "2h" } }])] },
      "messages.0.content.0.text.cache_control.ephemeral.ttl: Input should be '5m' or '1h'",
    ],
    [
      "of a kind of block that there is not",
      { messages: [user([{ type: "input_text", text: "a" }])] },
      "messages.0.content.0: Input tag 'input_text' found using 'type' does not match any of the expected tags: 'text', ",
    ],
    [
      "with a call's id of another service",
      {
        messages: [
          user("hi"),
          assistant([{ type: "tool_use", id: "functions.read:0", name: "read", input: {} }]),
        ],
      },
      "messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'",
    ],
    [
      "with a call's input as text",
      { messages: [user("hi"), assistant([{ type: "tool_use", id: "a", name: "read", input: "{}" }])] },
      "messages.1.content.0.tool_use.input: Input should be an object",
    ],
    [
      "with an unknown role",
      { messages: [{ role: "tool", content: "a" }] },
      "messages.0.role: Input should be 'user'",
    ],
    [
      "with a long name",
      { metadata: { user_id: "x".repeat(257) } },
      "metadata.user_id: String should have at most 256 characters",
    ],
  ])("%s are refused", (_name, fields, message) => {
    expect(refusalOf({ ...fields })).toContain(message);
  });

  test("are taken with their beta", () => {
    const betas = "context-management-2025-06-27,thinking-binding-controls-2026-08-01";
    const thinking = { type: "adaptive", block_binding: { prefix_mismatch_behavior: "drop_block" } };
    expect(refusalOf({ context_management: { edits: [] }, thinking }, { betas })).toBeUndefined();
  });

  test("of creating are not those of counting", () => {
    expect(refusalOf({ system: "Be brief.", tools: [tool] }, { use: "count" })).toBeUndefined();
    expect(refusalOf({ max_tokens: 5 }, { use: "count" })).toBe("max_tokens: Extra inputs are not permitted");
  });
});

describe("sampling", () => {
  test.each(FROM_47)("%s takes nothing but the default", (model) => {
    expect(refusalOf({ model, temperature: 1, top_p: 1 })).toBeUndefined();
    expect(refusalOf({ model, temperature: 0 })).toBe("`temperature` is deprecated for this model.");
    expect(refusalOf({ model, top_p: 0.9 })).toBe("`top_p` is deprecated for this model.");
    expect(refusalOf({ model, top_k: 40 })).toBe("`top_k` is deprecated for this model.");
  });

  test.each(UP_TO_46)("%s takes a temperature or top_p, and neither with thinking", (model) => {
    expect(refusalOf({ model, temperature: 0.2, top_k: 5 })).toBeUndefined();
    expect(refusalOf({ model, top_p: 0.2 })).toBeUndefined();
    expect(refusalOf({ model, temperature: 1, top_p: 1 })).toContain("cannot both be specified");
    const thinking = { type: "enabled", budget_tokens: 2000 };
    expect(refusalOf({ model, thinking, temperature: 0.2 })).toContain("may only be set to 1");
    expect(refusalOf({ model, thinking, top_p: 0.5 })).toContain("greater than or equal to 0.95");
    expect(refusalOf({ model, thinking, top_p: 0.96 })).toBeUndefined();
    expect(refusalOf({ model, thinking: { type: "disabled" }, temperature: 0.2 })).toBeUndefined();
  });

  test("is gone in version 2026-10-21, with the defaults too, and so are two old shapes", () => {
    const version = "2026-10-21";
    expect(refusalOf({}, { version })).toBeUndefined();
    expect(refusalOf({ model: "claude-haiku-4-5", temperature: 1 }, { version })).toContain("Extra inputs");
    const cited = [user([{ type: "text", text: "a", citations: [{ type: "char_location" }] }])];
    expect(refusalOf({ messages: cited })).toBeUndefined();
    expect(refusalOf({ messages: cited }, { version })).toContain("citations: Extra inputs");
  });
});

describe("forced tools", () => {
  const forms = [{ type: "any" }, { type: "tool", name: "look" }];

  test.each(MODELS.map((model) => model.id))("with %s", (model) => {
    for (const choice of forms) {
      for (const use of ["create", "count"] as const) {
        const refusal = refusalOf({ model, tools: [tool], tool_choice: choice }, { use });
        const expected = NO_FORCED.has(model)
          ? 'tool_choice: type "tool" and "any" are not supported for this model.'
          : undefined;
        expect(refusal).toBe(expected);
      }
    }
    expect(refusalOf({ model, tools: [tool], tool_choice: { type: "auto" } })).toBeUndefined();
    expect(refusalOf({ model, tool_choice: { type: "none" } })).toBeUndefined();
  });

  test("go with adaptive thinking, not with a budget", () => {
    const asked = { tools: [tool], tool_choice: { type: "any" } };
    expect(refusalOf({ ...asked, thinking: { type: "adaptive" } })).toBeUndefined();
    const thinking = { type: "enabled", budget_tokens: 1024 };
    expect(refusalOf({ ...asked, model: "claude-sonnet-4-6", thinking })).toBe(
      "Thinking may not be enabled when tool_choice forces tool use.",
    );
  });

  test("are declared", () => {
    expect(refusalOf({ tool_choice: { type: "auto" } })).toContain("while providing `tools`");
    expect(refusalOf({ tools: [tool], tool_choice: { type: "tool", name: "find" } })).toContain(
      "'find' not found",
    );
  });
});

function budget(tokens: number) {
  return { model: "claude-haiku-4-5", thinking: { type: "enabled", budget_tokens: tokens } };
}

function askEffort(model: string, type: string, effort: string) {
  return refusalOf({ model, thinking: { type }, output_config: { effort } });
}

describe("thinking", () => {
  test.each<[string, string[]]>([
    ["claude-fable-5-2", ["adaptive"]],
    ["claude-fable-5-1", ["adaptive"]],
    ["claude-fable-5", ["adaptive"]],
    ["claude-opus-5-5", ["adaptive"]],
    ["claude-sonnet-5-5", ["adaptive", "between_tools"]],
    ["claude-haiku-5-5", ["adaptive", "disabled"]],
    ["claude-opus-5", ["adaptive", "disabled"]],
    ["claude-sonnet-5", ["adaptive", "disabled"]],
    ["claude-opus-4-8", ["adaptive", "disabled"]],
    ["claude-opus-4-7", ["adaptive", "disabled"]],
    ["claude-opus-4-6", ["adaptive", "enabled", "disabled"]],
    ["claude-sonnet-4-6", ["adaptive", "enabled", "disabled"]],
    ["claude-haiku-4-5", ["enabled", "disabled"]],
    ["claude-sonnet-4-5", ["enabled", "disabled"]],
    ["claude-opus-4-5", ["enabled", "disabled"]],
  ])("of %s", (model, taken) => {
    const types = ["adaptive", "enabled", "disabled", "between_tools"];
    const isTaken = (type: string) => {
      const thinking = { type, ...(type === "enabled" && { budget_tokens: 1024 }) };
      return refusalOf({ model, thinking }) === undefined;
    };
    expect(types.filter(isTaken)).toEqual(taken);
  });

  test("has a budget of at least 1024 below max_tokens", () => {
    expect(refusalOf(budget(1023))).toContain("greater than or equal to 1024");
    expect(refusalOf(budget(5000))).toContain("`max_tokens` must be greater");
    expect(refusalOf(budget(4999))).toBeUndefined();
  });

  test("off or nearly off is no companion of the highest efforts", () => {
    for (const model of ["claude-opus-5", "claude-haiku-5-5"]) {
      expect(askEffort(model, "disabled", "high")).toBeUndefined();
      expect(askEffort(model, "disabled", "xhigh")).toContain(
        "'xhigh' is not supported when thinking is disabled",
      );
    }
    expect(askEffort("claude-opus-4-8", "disabled", "max")).toBeUndefined();
    expect(askEffort("claude-sonnet-5-5", "between_tools", "high")).toBeUndefined();
    expect(askEffort("claude-sonnet-5-5", "between_tools", "max")).toContain("not supported when");
  });

  test("is shown as updates only with the beta", () => {
    const thinking = { type: "adaptive", display: "updates" };
    expect(refusalOf({ thinking })).toContain("Input should be 'summarized' or 'omitted'");
    expect(refusalOf({ thinking }, { betas: "thinking-display-updates-2026-08-18" })).toBeUndefined();
  });

  test.each([
    ["claude-opus-5-5", "xhigh", true],
    ["claude-opus-4-6", "max", true],
    ["claude-opus-4-6", "xhigh", false],
    ["claude-opus-4-5", "high", true],
    ["claude-opus-4-5", "max", false],
    ["claude-haiku-4-5", "low", false],
    ["claude-opus-5-5", "none", false],
    ["claude-opus-5-5", "minimal", false],
  ])("%s takes effort %s: %j", (model, effort, isTaken) => {
    expect(refusalOf({ model, output_config: { effort } }) === undefined).toBe(isTaken);
  });
});

describe("sizes", () => {
  test("of the answer", () => {
    expect(refusalOf({ max_tokens: 128_000 })).toBeUndefined();
    expect(refusalOf({ max_tokens: 0 })).toBeUndefined();
    expect(refusalOf({ max_tokens: -1 })).toContain("greater than or equal to 0");
    expect(refusalOf({ max_tokens: 128_001 })).toBe(
      "max_tokens: 128001 > 128000, which is the maximum allowed number of output tokens for claude-opus-4-8",
    );
    expect(refusalOf({ model: "claude-haiku-4-5", max_tokens: 64_001 })).toContain("> 64000");
  });

  test("of the prompt", () => {
    const messages = [user("word ".repeat(170_000))];
    expect(refusalOf({ messages })).toBeUndefined();
    expect(refusalOf({ messages, model: "claude-haiku-4-5" })).toBe(
      "prompt is too long: 212500 tokens > 200000 maximum",
    );
  });
});

describe("turns", () => {
  test("end with the user from 4.6 on", () => {
    const messages = [user("hi"), assistant("I think")];
    expect(refusalOf({ messages, model: "claude-haiku-4-5" })).toBeUndefined();
    expect(refusalOf({ messages: [user("hi"), assistant("I ")], model: "claude-haiku-4-5" })).toContain(
      "trailing whitespace",
    );
    for (const model of ["claude-sonnet-4-6", "claude-opus-5", "claude-haiku-5-5"]) {
      expect(refusalOf({ messages, model })).toContain("does not support assistant message prefill");
    }
  });

  test("begin with the user, and there is one", () => {
    expect(refusalOf({ messages: [] })).toContain("at least one message");
    expect(refusalOf({ messages: [assistant("hi"), user("hi")] })).toContain('must use the "user" role');
  });
});

describe("role system", () => {
  const model = "claude-opus-5-5";
  const betas = "per-turn-control-2026-07-01";

  test.each<[string, unknown[]]>([
    ["last", [user("a"), system("b")]],
    ["before an answer", [user("a"), system("b"), assistant("c"), user("d")]],
    [
      "several in a row",
      [user("a"), system("b"), system([{ type: "text", text: "c" }]), assistant("d"), user("e")],
    ],
    [
      "a change of effort, anywhere",
      [user("a"), assistant("b"), system([], { output_config: { effort: "low" } }), user("c")],
    ],
  ])("stands well %s", (_name, messages) => {
    expect(refusalOf({ model, messages }, { betas })).toBeUndefined();
  });

  test.each<[string, unknown[], string]>([
    ["first", [system("a"), user("b")], "messages.0: use the top-level 'system' parameter"],
    [
      "behind an answer",
      [user("a"), assistant("b"), system("c"), user("d")],
      "messages.2: role 'system' must follow",
    ],
    ["before the user", [user("a"), system("b"), user("c")], "messages.1: role 'system' must precede"],
    ["empty", [user("a"), system("")], "messages.1: system content must contain at least one block"],
    ["with blanks only", [user("a"), system(" ")], "must contain non-whitespace text"],
  ])("stands badly %s", (_name, messages, message) => {
    expect(refusalOf({ model, messages }, { betas })).toContain(message);
  });

  test("is taken from Opus 4.8 on, and by Sonnet 5 from Claude Code only", () => {
    const messages = [user("a"), system("b")];
    for (const older of ["claude-opus-4-7", "claude-sonnet-4-6", "claude-haiku-4-5", "claude-sonnet-5"]) {
      expect(refusalOf({ model: older, messages })).toBe("role 'system' is not supported on this model");
    }
    expect(refusalOf({ model: "claude-opus-4-8", messages })).toBeUndefined();
    const own = { betas: "claude-code-20250219" };
    expect(refusalOf({ model: "claude-sonnet-5", messages }, own)).toBeUndefined();
    expect(refusalOf({ model: "claude-opus-4-7", messages }, own)).toContain("not supported");
  });
});

test("fast mode is for some", () => {
  expect(refusalOf({ model: "claude-opus-5-5", speed: "fast" })).toBeUndefined();
  expect(refusalOf({ model: "claude-opus-5", speed: "fast" })).toContain("Extra inputs");
  expect(
    refusalOf({ model: "claude-opus-5", speed: "fast" }, { betas: "fast-mode-2026-02-01" }),
  ).toBeUndefined();
  expect(refusalOf({ model: "claude-sonnet-5", speed: "fast" })).toContain("not supported");
});
