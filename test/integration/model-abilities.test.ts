import { describe, expect, test } from "vitest";

import { reply, text, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import type { RecordedRequest } from "../../src/demo/recorded-request.ts";
import { toolNamesOf } from "../upstream/read-request.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";
import { askIn, NAMES, type Protocol, PROTOCOLS } from "./three-protocols.ts";

const shared = shareTurnpike(
  {
    flags: { "turns.upstreamRetries": 0 },
    configFile: { models: { "claude-*": { profile: "chat" } } },
  },
  { models: { "claude-foo-9": "claude-fable-5-2" } },
);
startEachTestAfresh(shared);

/** Refuse all sampling. */
const NEW_MODELS = [
  "claude-sonnet-5-5",
  "claude-opus-5-5",
  "claude-haiku-5-5",
  "claude-opus-5",
  "claude-opus-4-8",
  "claude-foo-9",
];
const OLD_MODELS = ["claude-sonnet-4-6", "claude-haiku-4-5"];

/** Every model in one protocol, and the first one in all. */
function across(models: readonly string[]) {
  return models.flatMap((model, index) =>
    (index === 0 ? PROTOCOLS : PROTOCOLS.slice(0, 1)).map((protocol) => ({ protocol, model })),
  );
}

function samplingOf({ body }: RecordedRequest) {
  const { temperature, top_p: topP, top_k: topK } = body;
  return { temperature, topP, topK };
}

describe("sampling", () => {
  test.each(across(["sonnet", ...NEW_MODELS]))(
    "$protocol: $model is asked without it, and the client is told",
    async ({ protocol, model }) => {
      for (const isStream of [false, true]) {
        const { sent, ignored } = await askIn(
          shared(),
          protocol,
          model,
          { temperature: 0.3, topP: 0.5 },
          isStream,
        );
        expect(samplingOf(sent)).toEqual({});
        expect(sent.body.thinking?.type).toBe("adaptive");
        expect(ignored).toEqual(["temperature", "top_p"]);
      }
      const { sent, ignored } = await askIn(shared(), protocol, model, { temperature: 1, topP: 1 });
      expect(samplingOf(sent)).toEqual({});
      expect(ignored).toEqual([]);
    },
  );

  test.each(across(OLD_MODELS))(
    "$protocol: $model gets one of temperature and top_p, and does not think",
    async ({ protocol, model }) => {
      const both = await askIn(shared(), protocol, model, { temperature: 0.3, topP: 0.5 });
      expect(samplingOf(both.sent)).toEqual({ temperature: 0.3 });
      expect(both.sent.body.thinking?.type).toBe("disabled");
      expect(both.ignored).toEqual(["top_p"]);
      const one = await askIn(shared(), protocol, model, { topP: 0.5 });
      expect(samplingOf(one.sent)).toEqual({ topP: 0.5 });
      expect(one.sent.body.thinking?.type).toBe("disabled");
      expect(one.ignored).toEqual([]);
    },
  );

  test("of the Messages API's own kind is left out as well", async () => {
    const body = { model: "sonnet", max_tokens: 3000, top_k: 5, messages: [{ role: "user", content: "Hi" }] };
    const response = await shared().fetch("/v1/messages", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect([response.status, response.headers.get("x-turnpike-ignored")]).toEqual([200, "top_k"]);
    expect(samplingOf(await shared().upstream.waitForRequest(1))).toEqual({});
  });

  test("is left out of each of several answers", async () => {
    const response = await shared().post({
      model: "sonnet",
      n: 3,
      temperature: 0,
      messages: [{ role: "user", content: "Hi" }],
    });
    expect([response.status, response.headers.get("x-turnpike-ignored")]).toEqual([200, "temperature"]);
    await response.text();
    expect(shared().upstream.requests.map(samplingOf)).toEqual([{}, {}, {}]);
  });

  test("is left out of a hot turn too, and comes back to none that follows", async () => {
    const messages = [{ role: "user", content: "One" }];
    const first = await shared().post({ model: "claude-sonnet-4-6", temperature: 0.3, messages });
    const { choices } = (await first.json()) as { choices: { message: { role: string; content: string } }[] };
    const further = [...messages, choices[0]?.message, { role: "user", content: "Two" }];
    const second = await shared().post({ model: "claude-sonnet-4-6", messages: further });
    expect(second.headers.get("x-turnpike-placement")).toBe("hot");
    await second.text();
    const sent = await shared().upstream.waitForRequest(2);
    expect(samplingOf(sent)).toEqual({});
    expect(sent.body.thinking?.type).toBe("adaptive");
  });

  test("is repeated by a response as it was asked", async () => {
    const body = { model: "sonnet", input: "Hi", temperature: 0.3, top_p: 0.5, store: false };
    const response = await shared().fetch("/v1/responses", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(response.headers.get("x-turnpike-ignored")).toBe("temperature,top_p");
    expect(await response.json()).toMatchObject({ status: "completed", temperature: 0.3, top_p: 0.5 });
  });
});

describe("the least thinking", () => {
  test.each<[string, string, string | undefined]>([
    ["claude-sonnet-5-5", "between_tools", "high"],
    ["claude-opus-5-5", "adaptive", "low"],
    ["claude-foo-9", "adaptive", "low"],
    ["claude-haiku-5-5", "disabled", "medium"],
    ["claude-opus-5", "disabled", "high"],
    ["claude-opus-4-8", "disabled", "high"],
    ["claude-sonnet-4-6", "disabled", "high"],
    ["claude-haiku-4-5", "disabled", undefined],
  ])("of %s: %s, effort %s", async (model, thinking, effort) => {
    const config = effort === undefined ? undefined : { effort };
    const none = await askIn(shared(), "chat", model, { effort: "none" });
    expect([none.sent.body.thinking?.type, none.sent.body["output_config"]]).toEqual([thinking, config]);
    expect(none.ignored).toEqual(thinking === "disabled" ? [] : ["reasoning_effort"]);
    const small = await askIn(shared(), "chat", model, { maxTokens: 16 });
    expect(small.sent.body).toMatchObject({ max_tokens: 16, thinking: { type: thinking } });
    expect(small.sent.body["output_config"]).toEqual(config);
    expect(small.ignored).toEqual([]);
  });

  test.each([
    ["responses", "reasoning.effort"],
    ["messages", "thinking"],
  ] as const)("is asked for in %s too", async (protocol, name) => {
    const none = await askIn(shared(), protocol, "sonnet", { effort: "none" });
    expect([none.sent.body.thinking?.type, none.ignored]).toEqual(["between_tools", [name]]);
    const small = await askIn(shared(), protocol, "sonnet", { maxTokens: 100 });
    expect(small.sent.body).toMatchObject({ max_tokens: 100, thinking: { type: "between_tools" } });
  });

  test.each(["claude-sonnet-5-5", "claude-haiku-4-5"])(
    "lets a health check of one token end at its limit: %s",
    async (model) => {
      const { upstream } = shared();
      upstream.respondWith(() => reply({ blocks: [textBlock("H")], stopReason: "max_tokens" }));
      const chat = await askIn(shared(), "chat", model, { maxTokens: 1 });
      expect(JSON.parse(chat.text)).toMatchObject({ choices: [{ finish_reason: "length" }] });
      expect(chat.sent.body).toMatchObject({ max_tokens: 1 });
      const messages = await askIn(shared(), "messages", model, { maxTokens: 1 });
      expect(JSON.parse(messages.text)).toMatchObject({ stop_reason: "max_tokens" });
      upstream.respondWith(() => reply({ blocks: [], stopReason: "max_tokens" }));
      const empty = await askIn(shared(), "chat", model, { maxTokens: 1 });
      expect(JSON.parse(empty.text)).toMatchObject({ choices: [{ finish_reason: "length" }] });
    },
  );

  test.each([
    ["claude-haiku-4-5", "disabled", undefined],
    ["claude-opus-4-5", "disabled", "high"],
    ["claude-sonnet-4-6", "disabled", "high"],
    ["claude-opus-4-8", "disabled", "high"],
    ["claude-opus-5", "adaptive", "high"],
    ["sonnet", "adaptive", undefined],
    ["claude-foo-9", "adaptive", undefined],
  ])("of the Messages API, where %s is not told to think: %s, effort %s", async (model, thinking, effort) => {
    const unasked = await askIn(shared(), "messages", model, {});
    expect(unasked.sent.body.thinking?.type).toBe(thinking);
    if (effort) expect(unasked.sent.body["output_config"]).toEqual({ effort });
    expect(unasked.ignored).toEqual([]);
    const asked = await askIn(shared(), "messages", model, { effort: "low" });
    expect(asked.sent.body.thinking?.type).toMatch(/^(adaptive|enabled)$/);
    const { sent } = await askIn(shared(), "chat", model, {});
    expect(sent.body.thinking?.type).toMatch(/^(adaptive|enabled)$/);
  });

  test("of a model that thinks by budget leaves room for the answer", async () => {
    for (const maxTokens of [1025, 1500, 2000, 9000]) {
      const { sent } = await askIn(shared(), "chat", "claude-haiku-4-5", { maxTokens });
      const { thinking } = sent.body as unknown as { thinking: { type: string; budget_tokens: number } };
      expect(thinking.type).toBe("enabled");
      expect(thinking.budget_tokens).toBe(Math.max(1024, Math.floor(maxTokens / 2)));
      expect(sent.body.max_tokens).toBe(maxTokens);
    }
  });
});

describe("effort and output", () => {
  test.each<[string, string, string | undefined, boolean]>([
    ["claude-sonnet-5-5", "max", "max", false],
    ["claude-sonnet-4-6", "max", "max", false],
    ["claude-haiku-4-5", "high", undefined, true],
    ["claude-foo-9", "xhigh", "xhigh", false],
  ])("%s: effort %s becomes %s", async (model, effort, sentEffort, isReported) => {
    const { sent, ignored } = await askIn(shared(), "chat", model, { effort });
    const config = sent.body["output_config"] as { effort?: string } | undefined;
    expect(config?.effort).toBe(sentEffort);
    expect(ignored).toEqual(isReported ? ["reasoning_effort"] : []);
  });

  test.each(PROTOCOLS)("%s: a level that the model lacks is reported by its name", async (protocol) => {
    const { sent, ignored } = await askIn(shared(), protocol, "claude-sonnet-4-6", { effort: "xhigh" });
    expect([sent.body["output_config"], ignored]).toEqual([{ effort: "high" }, [NAMES[protocol].effort]]);
  });

  test("an effort that the model does not know is a budget for its thinking", async () => {
    const { sent } = await askIn(shared(), "chat", "claude-haiku-4-5", { effort: "low" });
    expect(sent.body.thinking).toMatchObject({ type: "enabled", budget_tokens: 2048 });
  });

  test("minimal is the least thinking, with low effort", async () => {
    const { sent } = await askIn(shared(), "chat", "claude-haiku-5-5", { effort: "minimal" });
    expect(sent.body).toMatchObject({ thinking: { type: "disabled" }, output_config: { effort: "low" } });
  });

  test.each(PROTOCOLS)("%s: more output than the model gives is cut and reported", async (protocol) => {
    const small = await askIn(shared(), protocol, "claude-haiku-4-5", { maxTokens: 100_000 });
    expect(small.sent.body.max_tokens).toBe(64_000);
    expect(small.ignored).toEqual([NAMES[protocol].maxTokens]);
    const large = await askIn(shared(), protocol, "claude-sonnet-5-5", { maxTokens: 1_000_000 });
    expect(large.sent.body.max_tokens).toBe(128_000);
    expect(large.ignored).toEqual([NAMES[protocol].maxTokens]);
  });

  test("a budget of the Messages API is kept where the model takes one, else an effort", async () => {
    const ask = (model: string) =>
      shared().fetch("/v1/messages", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          model,
          max_tokens: 9000,
          thinking: { type: "enabled", budget_tokens: 3000 },
          temperature: 0.3,
          messages: [{ role: "user", content: "Hi" }],
        }),
      });
    const old = await ask("claude-sonnet-4-6");
    expect([old.status, old.headers.get("x-turnpike-ignored")]).toEqual([200, "temperature"]);
    expect((await shared().upstream.waitForRequest(1)).body.thinking).toMatchObject({
      type: "enabled",
      budget_tokens: 3000,
    });
    const now = await ask("claude-sonnet-5-5");
    expect(now.headers.get("x-turnpike-ignored")).toBe("temperature,thinking.budget_tokens");
    expect((await shared().upstream.waitForRequest(2)).body).toMatchObject({
      thinking: { type: "adaptive" },
      output_config: { effort: "low" },
    });
  });
});

const callOf = (protocol: Protocol, answer: string) => {
  const body = JSON.parse(answer);
  if (protocol === "chat") return body.choices[0].message.tool_calls?.[0].function.name;
  if (protocol === "messages")
    return body.content.find(({ type }: { type: string }) => type === "tool_use")?.name;
  return body.output.find(({ type }: { type: string }) => type === "function_call")?.name;
};

describe("a forced tool", () => {
  test.each(across(["claude-opus-5", "claude-haiku-5-5", "claude-opus-4-8", "claude-sonnet-4-6"]))(
    "$protocol: is taken by $model, which goes on thinking",
    async ({ protocol, model }) => {
      shared().upstream.respondWith(() => reply({ blocks: [toolUse("get_time", {})] }));
      const named = await askIn(shared(), protocol, model, { tool: "get_time" });
      expect(named.sent.body).toMatchObject({
        tool_choice: { type: "tool", name: "get_time" },
        thinking: { type: "adaptive" },
      });
      expect(named.ignored).toEqual([]);
      const any = await askIn(shared(), protocol, model, { tool: "any" });
      expect(any.sent.body).toMatchObject({ tool_choice: { type: "any" }, thinking: { type: "adaptive" } });
      expect(callOf(protocol, any.text)).toBe("get_time");
    },
  );

  test.each(PROTOCOLS)("%s: is taken by claude-haiku-4-5, which does not think then", async (protocol) => {
    shared().upstream.respondWith(() => reply({ blocks: [toolUse("get_time", {})] }));
    const { sent } = await askIn(shared(), protocol, "claude-haiku-4-5", { tool: "any" });
    expect(sent.body).toMatchObject({ tool_choice: { type: "any" }, thinking: { type: "disabled" } });
  });

  test.each(across(["sonnet", "claude-sonnet-5-5", "claude-opus-5-5", "claude-foo-9"]))(
    "$protocol: is demanded of $model in words",
    async ({ protocol, model }) => {
      const { upstream } = shared();
      upstream.respondWith(() => reply({ blocks: [toolUse("get_time", {})] }));
      const named = await askIn(shared(), protocol, model, { tool: "get_time" });
      expect(named.sent.body).toMatchObject({
        tool_choice: { type: "auto" },
        thinking: { type: "adaptive" },
      });
      expect(toolNamesOf(named.sent)).toEqual(["get_time"]);
      expect(JSON.stringify(named.sent.body.messages)).toMatch(/must call the tool get_time/);
      expect(named.ignored).toEqual(["tool_choice"]);
      expect(callOf(protocol, named.text)).toBe("get_time");
      const any = await askIn(shared(), protocol, model, { tool: "any" });
      expect(any.sent.body["tool_choice"]).toEqual({ type: "auto" });
      expect(toolNamesOf(any.sent)).toEqual(["get_time", "get_weather"]);
      expect(JSON.stringify(any.sent.body.messages)).toMatch(/must call at least one of these tools/);
      expect(upstream.requests).toHaveLength(2);
    },
  );

  test.each(PROTOCOLS.flatMap((protocol) => [false, true].map((isStream) => ({ protocol, isStream }))))(
    "$protocol, streamed $isStream: is demanded once more of an answer in words, which nobody sees",
    async ({ protocol, isStream }) => {
      const { upstream } = shared();
      upstream.respondWith([
        text("It is late."),
        reply({ blocks: [textBlock("Well:"), toolUse("get_time", {})] }),
      ]);
      const heard = await askIn(shared(), protocol, "sonnet", { tool: "get_time" }, isStream);
      expect(upstream.requests).toHaveLength(2);
      const { body } = await upstream.waitForRequest(2);
      expect(body["tool_choice"]).toEqual({ type: "auto" });
      expect(body.messages.at(-2)).toMatchObject({ role: "assistant" });
      expect(JSON.stringify(body.messages.at(-1))).toMatch(/must call the tool get_time now/);
      expect(heard.text).not.toContain("It is late");
      expect(heard.text).toContain("Well:");
      expect(heard.text).not.toContain("\\n\\nWell:");
      expect(heard.text).toContain("get_time");
      if (!isStream) expect(callOf(protocol, heard.text)).toBe("get_time");
    },
  );

  test.each(PROTOCOLS)(
    "%s: that Claude does not call when asked twice ends in its last words",
    async (protocol) => {
      const { upstream } = shared();
      upstream.respondWith([text("First no."), text("Second no.")]);
      const heard = await askIn(shared(), protocol, "sonnet", { tool: "any" });
      expect(upstream.requests).toHaveLength(2);
      expect(heard.text).not.toContain("First no.");
      expect(heard.text).toContain("Second no.");
      expect(callOf(protocol, heard.text)).toBeUndefined();
      expect(heard.ignored).toEqual(["tool_choice"]);
    },
  );

  test("that was called only when asked twice can be answered, hot and after a restart of its history", async () => {
    const { upstream } = shared();
    upstream.respondWith([
      text("No."),
      reply({ blocks: [toolUse("get_time", {}, { id: "toolu_1" })] }),
      text("Noon."),
    ]);
    const tools = [{ type: "function", function: { name: "get_time", parameters: { type: "object" } } }];
    const messages: unknown[] = [{ role: "user", content: "When?" }];
    const asked = { model: "sonnet", tools, tool_choice: "required" };
    const first = (await (await shared().post({ ...asked, messages })).json()) as {
      choices: { message: object }[];
    };
    messages.push(first.choices[0]?.message, { role: "tool", tool_call_id: "toolu_1", content: "12" });
    const second = await shared().post({ model: "sonnet", tools, messages });
    expect(second.headers.get("x-turnpike-placement")).toBe("hot");
    expect(await second.json()).toMatchObject({ choices: [{ message: { content: "Noon." } }] });
    expect((await upstream.waitForRequest(3)).body["tool_choice"]).toBeUndefined();
  });

  test("goes with one call at a time", async () => {
    shared().upstream.respondWith(() => reply({ blocks: [toolUse("get_time", {})] }));
    const tools = [{ type: "function", function: { name: "get_time", parameters: { type: "object" } } }];
    await shared().post({
      model: "sonnet",
      tools,
      tool_choice: "required",
      parallel_tool_calls: false,
      messages: [{ role: "user", content: "When?" }],
    });
    const { body } = await shared().upstream.waitForRequest(1);
    expect(body["tool_choice"]).toEqual({ type: "auto", disable_parallel_tool_use: true });
  });
});

describe("an Opus that has ended, for which Claude Code takes the newest", () => {
  const ENDED = ["claude-opus-4-0", "claude-opus-4-20250514", "claude-opus-4-1", "claude-opus-4-1-20250805"];

  test.each(ENDED)("%s is asked as that one is", async (model) => {
    const { sent, ignored } = await askIn(shared(), "chat", model, { temperature: 0.2 });
    expect(sent.body.model).toBe("claude-opus-5-5");
    expect(samplingOf(sent)).toEqual({});
    expect(ignored).toEqual(["temperature"]);
    const response = await shared().post({
      model,
      messages: [{ role: "user", content: "Look." }],
      tools: [{ type: "function", function: { name: "look", parameters: { type: "object" } } }],
      tool_choice: "required",
    });
    expect(response.status, await response.text()).toBe(200);
    expect(shared().upstream.requests.flatMap(({ rejection }) => rejection ?? [])).toEqual([]);
  });
});
