import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { type Body, HELLO, parseChat, refuseChat } from "./chat-requests.ts";
import { codeWords, tablesBelow } from "./markdown-table.ts";
import { fieldsOf, literalsOf, membersOf } from "./openai-types.ts";

const PAGE = readFileSync(join(import.meta.dirname, "../../docs/protocols.md"), "utf8");
const FUNCTION = { name: "f", parameters: { type: "object" } };
const TOOL = { type: "function", function: FUNCTION };
const PNG = `data:image/png;base64,${Buffer.from("89504e470d0a1a0a0000", "hex").toString("base64")}`;

/** For each parameter a value that asks for something, and what it needs beside it. */
const SAMPLES: Readonly<Record<string, { readonly value: unknown; readonly beside?: Body }>> = {
  audio: { value: { voice: "alloy", format: "mp3" } },
  frequency_penalty: { value: 0.5 },
  function_call: { value: { name: "f" }, beside: { functions: [FUNCTION] } },
  functions: { value: [FUNCTION] },
  logit_bias: { value: { "50256": -100 } },
  logprobs: { value: true },
  max_completion_tokens: { value: 100 },
  max_tokens: { value: 100 },
  messages: { value: [...HELLO, ...HELLO] },
  metadata: { value: { key: "value" } },
  modalities: { value: ["text", "audio"] },
  model: { value: "opus" },
  moderation: { value: { model: "omni-moderation-latest" } },
  n: { value: 2 },
  parallel_tool_calls: { value: false, beside: { tools: [TOOL] } },
  prediction: { value: { type: "content", content: "x" } },
  presence_penalty: { value: -0.5 },
  prompt_cache_key: { value: "key" },
  prompt_cache_options: { value: { mode: "explicit" } },
  prompt_cache_retention: { value: "24h" },
  reasoning_effort: { value: "high" },
  response_format: { value: { type: "json_object" } },
  safety_identifier: { value: "somebody" },
  seed: { value: 7 },
  service_tier: { value: "flex" },
  stop: { value: ["END"] },
  store: { value: true },
  stream: { value: true },
  stream_options: { value: { include_usage: true }, beside: { stream: true } },
  temperature: { value: 0.5 },
  tool_choice: { value: "required", beside: { tools: [TOOL] } },
  tools: { value: [TOOL] },
  top_logprobs: { value: 3, beside: { logprobs: null } },
  top_p: { value: 0.5 },
  user: { value: "somebody" },
  verbosity: { value: "low" },
  web_search_options: { value: {} },
};

describe("the parameters of openai's types", () => {
  const [table = []] = tablesBelow(PAGE, "Chat Completions: parameters");
  const fates = new Map(
    table.flatMap(([name, fate]) => codeWords(name).map((word) => [word, fate] as const)),
  );
  const parameters = fieldsOf("ChatCompletionCreateParamsBase");

  test("are all in the table of docs/protocols.md, and nothing else is", () => {
    expect(parameters.length).toBeGreaterThan(30);
    expect([...fates.keys()].sort()).toEqual([...parameters].sort());
  });

  test.each(parameters)("%s: what the table says is what happens", (name) => {
    const sample = SAMPLES[name];
    if (!sample) throw new Error(`There is no sample of "${name}".`);
    const { value, beside = {} } = sample;
    const request = { ...beside, [name]: value };
    switch (fates.get(name)) {
      case "honoured": {
        const chat = parseChat(request);
        expect(chat.ignored).toEqual([]);
        expect(chat).not.toEqual(parseChat(beside));
        break;
      }
      case "ignored":
        expect(parseChat(request)).toEqual({ ...parseChat(beside), ignored: [name] });
        break;
      case "refused":
        expect(refuseChat(request)).toMatchObject({ code: "unsupported_parameter", param: name });
        break;
      default:
        throw new Error(`"${name}" is not said to be honoured, ignored or refused.`);
    }
    expect(parseChat({ [name]: undefined, model: "sonnet", messages: HELLO }).ignored).toEqual([]);
  });
});

describe("the messages of openai's types", () => {
  const [roleTable = [], partTable = []] = tablesBelow(PAGE, "Chat Completions: messages");
  const roles = literalsOf("ChatCompletionRole");
  const partTypes = [...membersOf("ChatCompletionContentPart"), "ChatCompletionContentPartRefusal"].flatMap(
    (member) => literalsOf(member, "type"),
  );

  test("have roles that are all in the table", () => {
    expect(roles.length).toBeGreaterThan(5);
    expect(roleTable.flatMap(([name]) => codeWords(name)).sort()).toEqual([...roles].sort());
  });

  test.each(roles)("of role %s are taken", (role) => {
    const call = { id: "a", ...TOOL, function: { name: "f", arguments: "{}" } };
    const before: Readonly<Record<string, object>> = {
      tool: { role: "assistant", tool_calls: [call] },
      function: { role: "assistant", function_call: call.function },
    };
    const message = { role, content: "x", tool_call_id: "a", name: "f" };
    const messages = [...HELLO, ...(before[role] ? [before[role]] : []), message];
    expect(parseChat({ messages }).messages).toHaveLength(messages.length);
  });

  test("have parts that are all in the table", () => {
    expect(partTypes.length).toBeGreaterThan(4);
    expect(partTable.flatMap(([name]) => codeWords(name)).sort()).toEqual([...partTypes].sort());
  });

  const parts: Readonly<Record<string, object>> = {
    text: { text: "x" },
    image_url: { image_url: { url: PNG } },
    file: { file: { file_data: Buffer.from("text").toString("base64") } },
    refusal: { refusal: "x" },
    input_audio: { input_audio: { data: "AAAA", format: "wav" } },
  };

  test.each(partTypes)("with a part %s: what the table says is what happens", (type) => {
    const row = partTable.find(([name]) => codeWords(name).includes(type));
    const [, places = "", fate] = row ?? [];
    const messages = [
      ...HELLO,
      { role: places.split(",")[0] || "user", content: [{ type, ...parts[type] }] },
    ];
    if (places === "all") messages.splice(1, 1, { role: "user", content: [{ type, ...parts[type] }] });
    if (fate === "honoured") expect(parseChat({ messages }).messages[1]?.content).toHaveLength(1);
    else expect(refuseChat({ messages })).toMatchObject({ code: "unsupported_value" });
  });
});
