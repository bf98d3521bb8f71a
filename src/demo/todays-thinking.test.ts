import { describe, expect, onTestFinished, test } from "vitest";
import { reply, text, textBlock, thinking, toolUse, wholeBlock } from "./build-reply.ts";
import type { MessageReply } from "./reply.ts";
import { startScriptedModel } from "./scripted-model.ts";
import type { ScriptedModel, ScriptedModelOptions } from "./scripted-model.ts";
import { foreignSignature, tagOf } from "./thinking-seal.ts";

const BINDING = "claude-opus-5-5";
const FREE = "claude-opus-5";
const CONTROLS = "thinking-binding-controls-2026-08-01";
const tool = { name: "look", input_schema: { type: "object" } };
const user = (content: string | Block[]): Message => ({ role: "user", content });
const result = (id: string) => user([{ type: "tool_result", tool_use_id: id, content: "seen" }]);

describe("a thinking block that comes back", () => {
  test.each([BINDING, FREE])("holds on %s when nothing has changed", async (model) => {
    const { messages, again } = await converse(model);
    expect(tagOf(blocksOf(messages[1])[0]?.signature)).toBe("1");
    expect(await again({})).toMatchObject({ stop_reason: "end_turn" });
  });

  test("holds behind other cache marks, strings for texts, another effort and without a billing header", async () => {
    const { messages, again } = await converse(BINDING);
    const [first, ...rest] = messages;
    const marked = [{ type: "text", text: "Rain?", cache_control: { type: "ephemeral" } }];
    const system = [
      { type: "text", text: "x-anthropic-billing-header: 7" },
      { type: "text", text: "Be brief." },
    ];
    const changes = {
      messages: [{ ...first, content: marked }, ...rest],
      system,
      output_config: { effort: "low" },
    };
    expect(await again(changes)).toMatchObject({ stop_reason: "end_turn" });
  });

  test.each<[string, (messages: Message[]) => object, string]>([
    ["another system text", () => ({ system: "Be long." }), "The `system` prompt differs"],
    ["another tool", () => ({ tools: [tool, { ...tool, name: "hear" }] }), "The `tools` differ"],
    [
      "another question",
      ([, ...rest]) => ({ messages: [user("Snow?"), ...rest] }),
      "An earlier message differs",
    ],
    [
      "an input in another order",
      (messages) => ({ messages: withInput(messages, { for: "rain", at: "sky" }) }),
      "An earlier message differs",
    ],
  ])("is refused behind %s, on a model that binds it", async (_name, change, hint) => {
    for (const model of [BINDING, FREE]) {
      const { messages, again } = await converse(model);
      const answered = await again(change(messages));
      if (model === FREE) expect(answered).toMatchObject({ stop_reason: "end_turn" });
      else expect(messageOf(answered)).toContain("The block is bound to a different conversation");
      if (model === BINDING) expect(messageOf(answered)).toContain(hint);
    }
  });

  test("may be left out with all before it, not from between", async () => {
    const { messages, again } = await converse(BINDING);
    const third = [...messages];
    expect(await again({ messages: third.map(withoutThinking) })).toMatchObject({ stop_reason: "end_turn" });
    const leading = third.map((message, index) => (index === 1 ? withoutThinking(message) : message));
    expect(await again({ messages: leading })).toMatchObject({ stop_reason: "end_turn" });
    const twice = [...third.slice(0, 3), third[3], user("So?"), third[3], user("So?")];
    expect(messageOf(await again({ messages: twice }))).toContain("bound to a different conversation");
  });

  test("is refused when a block between others is missing", async () => {
    const { messages, again } = await converse(BINDING);
    const third = await again({ messages });
    expect(third).toMatchObject({ stop_reason: "end_turn" });
    const upstream = await start();
    const asked = { model: BINDING, tools: [tool] };
    upstream.respondWith([thought("a"), thought("b"), thought("c"), text("ok")]);
    const history: Message[] = [];
    for (const question of ["1", "2", "3"]) {
      history.push(user(question));
      history.push(answer(await ask(upstream, { ...asked, messages: history })));
    }
    const gap = history.map((message, index) => (index === 3 ? withoutThinking(message) : message));
    const refused = await ask(upstream, { ...asked, messages: [...gap, user("4")] });
    expect(messageOf(refused)).toContain("messages.5.content.0");
    expect(messageOf(refused)).toContain("that preceded this one when it was created is missing");
    upstream.takeRejections();
  });

  test("is dropped and told with the beta", async () => {
    const { again } = await converse(BINDING);
    const thinkingConfig = { type: "adaptive", block_binding: { prefix_mismatch_behavior: "drop_block" } };
    const answered = await again({ system: "Be long.", thinking: thinkingConfig }, CONTROLS);
    expect(answered).toMatchObject({
      stop_reason: "end_turn",
      input_transformations: [
        { type: "thinking_dropped", path: "messages.1.content.0", reason: "prefix_binding_mismatch" },
        { type: "thinking_dropped", path: "messages.3.content.0", reason: "prefix_binding_mismatch" },
      ],
    });
  });

  test.each([BINDING, FREE])(
    "is refused on %s when it was changed or comes from elsewhere",
    async (model) => {
      const { messages, again } = await converse(model);
      const changed = (index: number, fields: object) =>
        messages.map((message, at) => (at === index ? withThinking(message, fields) : message));
      const early = await again({ messages: changed(1, { thinking: "" }) });
      expect(messageOf(early)).toBe("messages.1.content.0: Invalid `signature` in `thinking` block");
      const late = await again({ messages: changed(3, { thinking: "Three." }) });
      expect(messageOf(late)).toContain(
        "messages.3.content.0: `thinking` or `redacted_thinking` blocks in the latest",
      );
      const foreign = await again({ messages: changed(1, { signature: "c2lnbmF0dXJl" }) });
      expect(messageOf(foreign)).toContain("Invalid `signature`");
    },
  );

  test("of a model that this one cannot read is dropped in silence", async () => {
    const { messages, again } = await converse(BINDING);
    expect(await again({ model: FREE, messages }, CONTROLS)).toMatchObject({
      stop_reason: "end_turn",
      input_transformations: [{ reason: "model_binding_mismatch" }, { reason: "model_binding_mismatch" }],
    });
  });

  test("without a conversation of its own holds where nothing is bound", async () => {
    const upstream = await start();
    const block = { type: "thinking", thinking: "Hm.", signature: foreignSignature("Hm.", { model: FREE }) };
    const messages = [
      user("a"),
      { role: "assistant", content: [block, { type: "text", text: "b" }] },
      user("c"),
    ];
    upstream.respondWith(text("ok"));
    expect(await ask(upstream, { model: FREE, messages })).toMatchObject({ stop_reason: "end_turn" });
    expect(messageOf(await ask(upstream, { model: BINDING, messages }))).toContain("bound to a different");
    upstream.takeRejections();
  });

  test("is sealed when it is redacted, too", async () => {
    const upstream = await start();
    upstream.respondWith([
      reply({ blocks: [wholeBlock({ type: "redacted_thinking", data: "secret" }), textBlock("b")] }),
      text("ok"),
    ]);
    const first = answer(await ask(upstream, { model: BINDING, messages: [user("a")] }));
    expect(tagOf(blocksOf(first)[0]?.data)).toBe("secret");
    const messages = [user("a"), first, user("c")];
    expect(await ask(upstream, { model: BINDING, messages })).toMatchObject({ stop_reason: "end_turn" });
    const forged = withThinking(first, { data: "secret" });
    const refused = await ask(upstream, { model: BINDING, messages: [user("a"), forged, user("c")] });
    expect(messageOf(refused)).toBe("messages.1.content.0: Invalid `data` in `redacted_thinking` block");
    upstream.takeRejections();
  });
});

describe("a model that plays itself", () => {
  test.each<[string, object, string[]]>([
    ["unasked, where it always does", {}, ["thinking", "text"]],
    ["unasked, where that is the default", { model: "claude-sonnet-5" }, ["thinking", "text"]],
    ["not, where it is off by default", { model: "claude-opus-4-8" }, ["text"]],
    ["when asked", { model: "claude-opus-4-8", thinking: { type: "adaptive" } }, ["thinking", "text"]],
    ["not, when told so", { model: "claude-sonnet-5", thinking: { type: "disabled" } }, ["text"]],
    [
      "not, when limited to the time between tools",
      { model: "claude-sonnet-5-5", thinking: { type: "between_tools" } },
      ["text"],
    ],
    [
      "not, when a tool is forced",
      { model: "claude-sonnet-5", tools: [tool], tool_choice: { type: "any" } },
      ["text"],
    ],
  ])("thinks %s", async (_name, fields, kinds) => {
    expect((await play(fields)).blocks.map(([type]) => type)).toEqual(kinds);
  });

  test("shows its thinking only when asked, and counts it all the same", async () => {
    const hidden = await play({});
    expect(hidden.blocks[0]).toEqual(["thinking", ""]);
    expect(hidden.message.usage).toMatchObject({ output_tokens_details: { thinking_tokens: 256 } });
    const shown = await play({ thinking: { type: "adaptive", display: "summarized" } });
    expect(shown.blocks[0]).toEqual(["thinking", "A scripted model need not think long."]);
    const older = await play({ model: "claude-opus-4-6", thinking: { type: "adaptive" } });
    expect(older.blocks[0]?.[1]).not.toBe("");
  });

  test("spends a small max_tokens on thinking", async () => {
    const cut = await play({ max_tokens: 20, output_config: { effort: "low" } });
    expect(cut.message.stop_reason).toBe("max_tokens");
    expect(cut.blocks).toEqual([["thinking", ""]]);
    expect(cut.message.usage).toMatchObject({ output_tokens_details: { thinking_tokens: 20 } });
    const enough = await play({ max_tokens: 80, output_config: { effort: "low" } });
    expect(enough.message.stop_reason).toBe("end_turn");
  });

  test("says between tool calls as thinking, on the newest models", async () => {
    const scripted = reply({
      blocks: [textBlock("I look."), call("t1"), textBlock("Once more."), call("t2")],
    });
    const first = await play({ tools: [tool] }, scripted);
    expect(first.blocks.map(([type]) => type)).toEqual([
      "thinking",
      "text",
      "tool_use",
      "thinking",
      "tool_use",
    ]);
    const messages = [
      user("a"),
      { role: "assistant", content: [{ type: "tool_use", id: "t0", name: "look", input: {} }] },
      result("t0"),
    ];
    const between = { tools: [tool], messages };
    const one = reply({ blocks: [textBlock("Now this."), call("t1")] });
    expect((await play(between, one)).blocks).toEqual([
      ["thinking", ""],
      ["tool_use", undefined],
    ]);
    const updates = { ...between, thinking: { type: "adaptive", display: "updates" } };
    expect((await play(updates, one, "thinking-display-updates-2026-08-18")).blocks[0]).toEqual([
      "thinking",
      "Now this.",
    ]);
    const last = await play(between, text("Done."));
    expect(last.blocks.at(-1)).toEqual(["text", "Done."]);
    const older = await play({ ...between, model: FREE }, one);
    expect(older.blocks.map(([type]) => type)).toEqual(["thinking", "text", "tool_use"]);
  });

  test("only fills its cache for max_tokens 0", async () => {
    const { message } = await play({ max_tokens: 0 });
    expect(message).toMatchObject({ content: [], stop_reason: "max_tokens" });
  });
});

/** A conversation of two rounds with a thought in each answer. */
async function converse(model: string) {
  const upstream = await start();
  const asked = { model, system: "Be brief.", tools: [tool] };
  upstream.respondWith([
    reply({
      blocks: [thinking("One.", { tag: "1" }), toolUse("look", { at: "sky", for: "rain" }, { id: "t1" })],
    }),
    reply({ blocks: [thinking("Two.", { tag: "2" }), textBlock("No rain.")] }),
  ]);
  const first = await ask(upstream, { ...asked, messages: [user("Rain?")] });
  const second = [user("Rain?"), answer(first), result("t1")];
  const last = await ask(upstream, { ...asked, messages: second });
  const messages = [...second, answer(last), user("And now?")];
  upstream.respondWith(text("ok"));
  const again = async (changes: object, beta?: string) => {
    const response = await ask(upstream, { ...asked, messages, ...changes }, beta);
    upstream.takeRejections();
    return response;
  };
  return { messages, again };
}

async function play(fields: object, scripted: MessageReply = text("hi"), beta?: string) {
  const upstream = await start({ plays: "as-the-model" });
  upstream.respondWith(scripted);
  const message = await ask(upstream, { model: BINDING, messages: [user("a")], ...fields }, beta);
  return {
    message,
    blocks: (message.content ?? []).map((block) => [block.type, block.thinking ?? block.text]),
  };
}

interface Block {
  type: string;
  id?: string;
  tool_use_id?: string;
  name?: string;
  input?: object;
  content?: string;
  text?: string;
  thinking?: string;
  signature?: string;
  data?: string;
}

interface Message {
  role: string;
  content: string | Block[];
}

interface Answer {
  content?: Block[];
  stop_reason?: string;
  usage?: object;
  error?: { message: string };
}

async function start(options?: ScriptedModelOptions): Promise<ScriptedModel> {
  const model = await startScriptedModel(options);
  onTestFinished(async () => {
    expect(model.rejections).toEqual([]);
    await model.close();
  });
  return model;
}

async function ask(model: ScriptedModel, fields: object, beta?: string): Promise<Answer> {
  const response = await fetch(`${model.url}/v1/messages`, {
    method: "POST",
    headers: {
      "x-api-key": "sk-ant-test",
      "anthropic-version": "2023-06-01",
      ...(beta !== undefined && { "anthropic-beta": beta }),
    },
    body: JSON.stringify({ max_tokens: 5000, ...fields }),
  });
  // Proof: the API's answers and its refusals both have this shape.
  return (await response.json()) as Answer;
}

function thought(name: string): MessageReply {
  return reply({ blocks: [thinking(name), textBlock(name)] });
}

function call(id: string) {
  return toolUse("look", {}, { id });
}

function answer({ content }: Answer): Message {
  return { role: "assistant", content: content ?? [] };
}

function messageOf({ error }: Answer): string | undefined {
  return error?.message;
}

function blocksOf(message: Message | undefined): Block[] {
  return Array.isArray(message?.content) ? message.content : [];
}

function withoutThinking(message: Message): Message {
  if (message.role === "user") return message;
  return { ...message, content: blocksOf(message).filter(({ type }) => type !== "thinking") };
}

function withThinking(message: Message, fields: object): Message {
  const content = blocksOf(message).map((block, index) => (index === 0 ? { ...block, ...fields } : block));
  return { ...message, content };
}

function withInput(messages: readonly Message[], input: object): Message[] {
  return messages.map((message) => {
    if (message.role !== "assistant") return message;
    const blocks = blocksOf(message);
    return {
      ...message,
      content: blocks.map((block) => (block.type === "tool_use" ? { ...block, input } : block)),
    };
  });
}
