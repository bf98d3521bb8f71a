import { describe, expect, test } from "vitest";

import { newTurnId } from "../../src/core/words/ids.ts";
import { assignItemIds } from "../../src/protocols/responses/items/assign-item-ids.ts";
import { formatResponseBody } from "../../src/protocols/responses/output/format-response-body.ts";
import { parseItems } from "../../src/protocols/responses/items/parse-items.ts";
import { parseResponsesRequest } from "../../src/protocols/responses/request/parse-responses-request.ts";
import { responseIdOf } from "../../src/protocols/responses/response-head.ts";
import { expectBoth, interfaceProblems, packageProblems } from "./response-schemas.ts";

const F = { type: "function", name: "f" };
const SERVER = { type: "mcp", server_label: "a", server_url: "https://a.example/mcp?key=1" };

function expectEcho(extra: object): void {
  const asked = parseResponsesRequest({ model: "sonnet", input: "hello", ...extra });
  const turnId = newTurnId();
  const head = {
    turnId,
    id: responseIdOf(turnId),
    modelId: "sonnet",
    createdAt: 0,
    echo: asked.echo,
    toolOrigins: asked.toolOrigins,
    include: asked.include,
    showsReasoning: false,
    isBackground: false,
    showsActivity: false,
    seal: String,
  };
  const body = formatResponseBody(head, { status: "in_progress", output: [] });
  expectBoth(body, { packageType: "Response", schema: "Response" });
}

describe("what a response repeats of its request", () => {
  test.each<object>([
    {},
    { user: "u", safety_identifier: "s", prompt_cache_key: "k", metadata: { a: "b" }, instructions: "i" },
    {
      conversation: "conv_1",
      max_output_tokens: 16,
      max_tool_calls: 1,
      temperature: 0,
      top_p: 0,
      truncation: "auto",
    },
    { reasoning: { effort: "minimal", generate_summary: "concise" }, service_tier: "flex", top_logprobs: 3 },
    {
      text: {
        format: { type: "json_schema", name: "n", schema: { type: "object" }, description: null },
        verbosity: "low",
      },
    },
    { text: { format: { type: "json_object" } } },
    { tools: [F, { ...F, name: "g", description: null, parameters: null, strict: null }] },
    {
      tools: [
        { type: "custom", name: "c" },
        { type: "namespace", name: "n", description: "d", tools: [F, { type: "custom", name: "c" }] },
      ],
    },
    { tools: [{ type: "shell" }, { type: "local_shell" }, { type: "apply_patch" }] },
    {
      tools: [
        { type: "shell", environment: { type: "container_auto" } },
        { type: "code_interpreter", container: { type: "auto" } },
      ],
    },
    {
      tools: [
        { type: "web_search" },
        { type: "web_search_preview", user_location: { type: "approximate", city: "x" } },
      ],
    },
    {
      tools: [
        {
          ...SERVER,
          authorization: "x",
          headers: { a: "b" },
          require_approval: { never: { tool_names: ["t"] } },
        },
      ],
    },
    { tools: [{ ...SERVER, allowed_tools: { tool_names: ["t"] }, require_approval: "never" }] },
    { tools: [F], tool_choice: { type: "function", name: "f" } },
    {
      tools: [F],
      tool_choice: { type: "allowed_tools", mode: "auto", tools: [{ type: "function", name: "f" }] },
    },
    { tools: [SERVER], tool_choice: { type: "mcp", server_label: "a" } },
    { tools: [{ type: "shell" }], tool_choice: { type: "shell" } },
  ])("%j", expectEcho);
});

describe("an item that is kept", () => {
  test.each<object>([
    { role: "user", content: "hello" },
    { role: "developer", content: [{ type: "input_text", text: "hello" }] },
    { role: "user", content: [{ type: "input_image", image_url: "https://a.example/b.png" }] },
    { role: "user", content: [{ type: "input_file", file_url: "https://a.example/b.pdf" }] },
    { role: "assistant", content: "hello" },
    {
      role: "assistant",
      content: [
        { type: "output_text", text: "hello" },
        { type: "refusal", refusal: "no" },
      ],
    },
    { type: "function_call", call_id: "a", name: "f", arguments: "{}" },
    { type: "function_call", id: null, namespace: "n", call_id: "a", name: "f", arguments: "{}" },
    { type: "function_call_output", call_id: "a", output: "x" },
    { type: "function_call_output", call_id: "a", output: [{ type: "input_text", text: "x" }] },
    { type: "custom_tool_call", call_id: "a", name: "c", input: "x" },
    { type: "custom_tool_call_output", call_id: "a", output: "x" },
    { type: "local_shell_call", call_id: "a", action: { type: "exec", command: ["ls"], env: {} } },
    {
      type: "shell_call",
      call_id: "a",
      action: { commands: ["ls"], timeout_ms: null, max_output_length: null },
      environment: { type: "local" },
    },
    { type: "apply_patch_call", call_id: "a", operation: { type: "delete_file", path: "a" } },
    { type: "apply_patch_call_output", call_id: "a", status: "completed" },
    { type: "reasoning" },
    { type: "mcp_approval_request", id: "m", server_label: "s", name: "n", arguments: "{}" },
    { type: "shell_call", call_id: "a", action: { commands: ["ls"] } },
    {
      type: "shell_call_output",
      call_id: "a",
      output: [{ stdout: "x", stderr: "", outcome: { type: "exit", exit_code: 0 } }],
    },
  ])("%j", (item) => {
    const [kept] = assignItemIds(parseItems([{ ...item }], "input"), "p");
    expect(interfaceProblems("ItemResource", kept)).toEqual([]);
  });

  // The interface wants fields of these that it does not have.
  test.each<[string, object]>([
    [
      "ResponseItem.McpApprovalResponse",
      { type: "mcp_approval_response", approval_request_id: "m", approve: true },
    ],
    ["ResponseItem.LocalShellCallOutput", { type: "local_shell_call_output", id: "a", output: "x" }],
  ])("%s", (packageType, item) => {
    const [kept] = assignItemIds(parseItems([{ ...item }], "input"), "p");
    expect(packageProblems(packageType, kept)).toEqual([]);
  });
});
