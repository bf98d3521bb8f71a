import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { toMessages } from "../../src/protocols/responses/items/items-to-messages.ts";
import { parseResponsesRequest } from "../../src/protocols/responses/request/parse-responses-request.ts";
import type { ResponsesRequest } from "../../src/protocols/responses/responses-request.ts";
import { RequestError } from "../../src/protocols/request-error.ts";
import { codeWords, tablesBelow } from "./markdown-table.ts";
import { fieldsOf, literalsOf, membersOf } from "./openai-types.ts";

type Body = Readonly<Record<string, unknown>>;

const PAGE = readFileSync(join(import.meta.dirname, "../../docs/responses.md"), "utf8");
const TOOL = { type: "function", name: "f", parameters: { type: "object", properties: {} } };

function parse(extra: Body = {}): ResponsesRequest {
  return parseResponsesRequest({ model: "sonnet", input: "hello", ...extra });
}

function refuse(extra: Body): Body {
  try {
    parse(extra);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return { code: error.code, param: error.info.param };
  }
  throw new Error("The request was accepted.");
}

/** What a request means, without what is merely repeated of it. */
function meaningOf(extra: Body): Omit<ResponsesRequest, "echo"> {
  const { echo: _, ...meaning } = parse(extra);
  return meaning;
}

/** The fates that a table gives to the words of its first column. */
function fatesOf(table: readonly (readonly string[])[]): ReadonlyMap<string, string> {
  return new Map(
    table.flatMap(([names, fate = ""]) => codeWords(names).map((name) => [name, fate] as const)),
  );
}

/** For each parameter a value that asks for something, and what it needs beside it. */
const SAMPLES: Readonly<Record<string, { readonly value: unknown; readonly beside?: Body }>> = {
  access_programs: { value: { cyber: "standard" } },
  background: { value: true },
  background_options: { value: { completion_window: "2h" }, beside: { background: true } },
  context_management: { value: [{ type: "compaction", compact_threshold: 5000 }] },
  conversation: { value: "conv_1" },
  image: { value: { context_compression: "enabled" } },
  include: { value: ["reasoning.encrypted_content"] },
  input: { value: "another" },
  instructions: { value: "be brief" },
  max_output_tokens: { value: 100 },
  max_tool_calls: { value: 3 },
  metadata: { value: { key: "value" } },
  model: { value: "opus" },
  moderation: { value: { model: "omni-moderation-latest" } },
  parallel_tool_calls: { value: false },
  previous_response_id: { value: "resp_1" },
  prompt: { value: { id: "pmpt_1" } },
  prompt_cache_key: { value: "key" },
  prompt_cache_options: { value: { mode: "explicit" } },
  prompt_cache_retention: { value: "24h" },
  reasoning: { value: { effort: "high", summary: "auto" } },
  safety_identifier: { value: "somebody" },
  service_tier: { value: "flex" },
  store: { value: false },
  stream: { value: true },
  stream_options: { value: { include_obfuscation: true } },
  temperature: { value: 0.5 },
  text: { value: { format: { type: "json_object" } } },
  tool_choice: { value: "required", beside: { tools: [TOOL] } },
  tools: { value: [TOOL] },
  top_logprobs: { value: 3 },
  top_p: { value: 0.5 },
  truncation: { value: "auto" },
  user: { value: "somebody" },
};

describe("the parameters of openai's types", () => {
  const [table = []] = tablesBelow(PAGE, "Parameters");
  const fates = fatesOf(table);
  const parameters = fieldsOf("ResponseCreateParamsBase", "responses");

  test("are all in the table of docs/responses.md, and nothing else is", () => {
    expect(parameters.length).toBeGreaterThan(30);
    expect([...fates.keys()].sort()).toEqual([...parameters].sort());
  });

  test.each(parameters)("%s: what the table says is what happens", (name) => {
    const sample = SAMPLES[name];
    if (!sample) throw new Error(`There is no sample of "${name}".`);
    const { value, beside = {} } = sample;
    const request = { ...beside, [name]: value };
    switch (fates.get(name)) {
      case "honoured":
        expect(parse(request).ignored).toEqual([]);
        expect(meaningOf(request)).not.toEqual(meaningOf(beside));
        break;
      case "ignored": {
        const { ignored, ...meaning } = meaningOf(request);
        expect(ignored).toEqual([expect.stringMatching(new RegExp(`^${name}(\\.|$)`))]);
        expect({ ...meaning, ignored: [] }).toEqual(meaningOf(beside));
        break;
      }
      case "refused":
        expect(refuse(request)).toEqual({ code: "unsupported_parameter", param: name });
        break;
      default:
        throw new Error(`"${name}" is not said to be honoured, ignored or refused.`);
    }
    if (name !== "model" && name !== "input") expect(parse({ [name]: null }).ignored).toEqual([]);
  });
});

describe("the tools of openai's types", () => {
  const [table = []] = tablesBelow(PAGE, "Tools");
  const fates = fatesOf(table.map(([names = "", fate = ""]) => [names, fate]));
  const versioned = new Set(["web_search_2025_08_26", "web_search_preview_2025_03_11"]);
  const types = membersOf("Tool", "responses").flatMap((member) => literalsOf(member, "type", "responses"));

  const samples: Readonly<Record<string, Body>> = {
    function: { name: "f" },
    custom: { name: "f" },
    namespace: { name: "n", description: "", tools: [TOOL] },
    mcp: { server_label: "a", server_url: "https://a.example" },
  };

  test("are all in the table", () => {
    expect(types.length).toBeGreaterThan(10);
    expect([...fates.keys()].sort()).toEqual(types.filter((type) => !versioned.has(type)).sort());
  });

  test.each(types)("%s: what the table says is what happens", (type) => {
    const tools = [{ type, ...samples[type] }];
    switch (fates.get(type.replace(/_\d{4}_\d\d_\d\d$/, ""))) {
      case "client":
        expect(parse({ tools }).tools.list).toHaveLength(1);
        break;
      case "hosted": {
        const { hostedTools, mcpServers } = parse({ tools });
        expect(hostedTools.size + mcpServers.length).toBe(1);
        break;
      }
      case "left out":
        expect(parse({ tools })).toMatchObject({
          tools: { list: [], isSentEmpty: true },
          ignored: [`tools.${type}`],
        });
        expect(refuse({ tools, tool_choice: { type } })).toEqual({
          code: "unsupported_value",
          param: "tool_choice.type",
        });
        break;
      default:
        throw new Error(`"${type}" is not said to be the client's, hosted or left out.`);
    }
  });
});

describe("the input items of openai's types", () => {
  const [itemTable = [], partTable = []] = tablesBelow(PAGE, "Input items");
  const fates = fatesOf(itemTable);
  const types = [
    ...new Set(
      membersOf("ResponseInputItem", "responses").flatMap((member) =>
        literalsOf(member, "type", "responses"),
      ),
    ),
  ];

  test("are all in the table", () => {
    expect(types.length).toBeGreaterThan(25);
    expect([...fates.keys()].sort()).toEqual(types.toSorted());
  });

  const call = { call_id: "a", name: "f", arguments: "{}", input: "x" };
  const samples: Readonly<Record<string, Body>> = {
    message: { role: "user", content: "x" },
    function_call: call,
    custom_tool_call: call,
    local_shell_call: { ...call, action: { command: ["ls"] } },
    shell_call: { ...call, action: { commands: ["ls"] } },
    apply_patch_call: { ...call, operation: { type: "delete_file", path: "a" } },
    reasoning: { summary: [] },
    compaction: { encrypted_content: "sealed" },
    item_reference: { id: "known" },
    mcp_approval_response: { approval_request_id: "a", approve: true },
  };

  test.each(types)("%s: what the table says is what happens", (type) => {
    const input: Body[] = [{ role: "user", content: "hello" }];
    const made = type.replace(/_output$/, "");
    if (fates.get(type) === "refused") {
      expect(refuse({ input: [...input, { type }] })).toEqual({
        code: "unsupported_value",
        param: "input[1].type",
      });
      return;
    }
    if (type === "mcp_approval_response") input.push({ type: "mcp_approval_request", id: "a" });
    input.push({ type: made, ...samples[made] });
    if (types.includes(`${made}_output`)) input.push({ type: `${made}_output`, call_id: "a", output: "x" });
    const parsed = toMessages(parse({ input: [...input, { role: "user", content: "bye" }] }).input, {
      unseal: () => ({ summary: "s" }),
      findItem: () => ({ type: "message", role: "assistant", content: "known" }),
    });
    expect(parsed.messages.length).toBeGreaterThan(1);
  });

  test("have parts that are all in the table", () => {
    const parts = ["ResponseInputContent", "ResponseFunctionCallOutputItem"].flatMap((union) =>
      membersOf(union, "responses").flatMap((member) => literalsOf(member, "type", "responses")),
    );
    const said = ["ResponseOutputText", "ResponseOutputRefusal"].flatMap((member) =>
      literalsOf(member, "type", "responses"),
    );
    expect([...fatesOf(partTable).keys()].sort()).toEqual([...new Set([...parts, ...said])].sort());
  });
});
