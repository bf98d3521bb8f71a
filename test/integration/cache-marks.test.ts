import { Anthropic, BadRequestError } from "@anthropic-ai/sdk";
import { describe, expect, test } from "vitest";

import { reply, text, textBlock, thinking, toolUse } from "../../src/demo/build-reply.ts";
import { marksIn, unmarkedPrompt } from "../upstream/marks-in.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";
import { API_KEY } from "./start-turnpike.ts";

const shared = shareTurnpike({ spares: 1, flags: { "turns.upstreamRetries": 0 } });
startEachTestAfresh(shared);

type Asked = Anthropic.MessageCreateParamsNonStreaming;

const MARK = { type: "ephemeral" } as const;
const HOUR = { type: "ephemeral", ttl: "1h" } as const;
const SHORT = { type: "ephemeral", ttl: "5m" } as const;
const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const IMAGE = { type: "image", source: { type: "base64", media_type: "image/png", data: PIXEL } } as const;
const PAPER = {
  type: "document",
  source: { type: "text", media_type: "text/plain", data: "a note" },
} as const;
const LOOK: Anthropic.Tool = { name: "look", description: "Looks.", input_schema: { type: "object" } };
const READ: Anthropic.Tool = { name: "read", description: "Reads.", input_schema: { type: "object" } };

const say = (words: string) => ({ type: "text", text: words }) as const;
const user = (...content: Anthropic.ContentBlockParam[]) => ({ role: "user", content }) as const;
const assistant = (...content: Anthropic.ContentBlockParam[]) => ({ role: "assistant", content }) as const;

async function ask(body: Partial<Asked>, headers: Record<string, string> = {}) {
  const client = new Anthropic({ baseURL: shared().url, apiKey: API_KEY, authToken: null, maxRetries: 0 });
  const { data, response } = await client.messages
    .create({ model: "sonnet", max_tokens: 3000, messages: [user(say("Hello."))], ...body }, { headers })
    .withResponse();
  return { ...data, placement: response.headers.get("x-turnpike-placement") };
}

const sent = (index: number) => {
  const body = shared().upstream.requests.at(index)?.body;
  if (!body) throw new Error("There is no such request.");
  return body;
};

describe("a client's marks", () => {
  test("reach the model where the client put them, on every kind of block, and ours are left out", async () => {
    const { upstream } = shared();
    upstream.respondWith(() => text("ok"));
    const question = user(say("What is this?"), { ...IMAGE, cache_control: MARK }, PAPER);
    const call = { type: "tool_use", id: "toolu_1", name: "look", input: { at: "it" } } as const;
    const result = { type: "tool_result", tool_use_id: "toolu_1" } as const;
    const asked: [Partial<Asked>, readonly string[]][] = [
      [
        {
          system: [{ ...say("Be brief."), cache_control: HOUR }, say("And kind.")],
          tools: [LOOK, { ...READ, cache_control: HOUR }],
          messages: [question, assistant(say("A dot.")), user({ ...say("Sure?"), cache_control: SHORT })],
        },
        ["tools.1 1h", "system.0 1h", "messages.0.content.1", "messages.2.content.0 5m"],
      ],
      [
        {
          tools: [{ ...LOOK, cache_control: HOUR }, READ],
          messages: [
            user({ ...say("Look."), cache_control: HOUR }, { ...PAPER, cache_control: HOUR }),
            assistant(say("I look."), { ...call, cache_control: SHORT }),
            user({ ...result, content: "a dot" }),
          ],
        },
        ["tools.0 1h", "messages.0.content.0 1h", "messages.0.content.1 1h", "messages.1.content.1 5m"],
      ],
      [
        {
          tools: [LOOK],
          messages: [
            user(say("Look now.")),
            assistant({ ...say("I look."), cache_control: HOUR }, call),
            user({ ...result, content: [{ ...say("a dot"), cache_control: HOUR }], cache_control: HOUR }),
          ],
        },
        ["messages.1.content.0 1h", "messages.2.content.0.content.0 1h", "messages.2.content.0 1h"],
      ],
      [{ system: "Be brief.", cache_control: HOUR }, [" 1h"]],
    ];
    for (const [body, marks] of asked) {
      await ask(body);
      const request = sent(-1);
      expect(marksIn(request)).toEqual(marks);
      // Beside them the request is the client's, block by block.
      if (Array.isArray(body.system)) expect(request.system).toEqual(body.system);
      if (body.tools) expect(request.tools).toEqual(body.tools);
      if (body.messages?.[0] === question) expect(request.messages).toEqual(body.messages);
    }
  });

  test("move on from turn to turn: the conversation is known, and what was sent stays the beginning", async () => {
    const { upstream } = shared();
    upstream.respondWith(({ body }) =>
      reply({ blocks: [thinking("Hm."), textBlock(`answer ${body.messages.length}`)] }),
    );
    const system = [{ ...say("Be brief."), cache_control: HOUR }, say("And kind.")];
    const said: Anthropic.MessageParam[] = [];
    const placements: (string | null)[] = [];
    for (const words of ["one", "two", "three", "four"]) {
      // As Claude Code does, the last message is marked, and the one that was last before.
      const before = said.map((message, index) =>
        index === said.length - 2
          ? user({ ...say(`say ${words}`), ...bare(message), cache_control: MARK })
          : message,
      );
      const messages = [...before, user({ ...say(words), cache_control: MARK })];
      const model = "sonnet/claude-sonnet-5-5";
      const answer = await ask({ model, system, messages, thinking: { type: "adaptive" } });
      placements.push(answer.placement);
      said.push(
        user(say(words)),
        assistant(...answer.content.flatMap((each) => (each.type === "text" ? [say(each.text)] : []))),
      );
    }
    expect(placements).toEqual(["spare", "hot", "hot", "hot"]);
    const bodies = upstream.requests.map(({ body }) => body);
    expect(bodies.map(marksIn)).toEqual([
      ["system.0 1h", "messages.0.content.0"],
      ["system.0 1h", "messages.0.content.0", "messages.2.content.0"],
      ["system.0 1h", "messages.2.content.0", "messages.4.content.0"],
      ["system.0 1h", "messages.4.content.0", "messages.6.content.0"],
    ]);
    const prompts = bodies.map(unmarkedPrompt);
    for (const [index, { before, messages }] of prompts.slice(1).entries()) {
      const last = prompts[index];
      expect(before).toBe(last?.before);
      expect(messages.slice(0, last?.messages.length)).toEqual(last?.messages);
    }
    // The thinking is sealed to what stands before it, which is unchanged.
    expect(JSON.stringify(bodies.at(-1)).match(/"signature"/g)).toHaveLength(3);
  });

  test("belong to their request: a named conversation has them on what it is told now, and else ours", async () => {
    shared().upstream.respondWith(() => text("ok"));
    const headers = { "x-conversation-id": "marked" };
    await ask({ messages: [user({ ...say("one"), cache_control: HOUR })] }, headers);
    const again = await ask({ messages: [user(say("two"))] }, headers);
    await shared().fetch("/conversations/marked?mode=evict", { method: "DELETE" });
    const resumed = await ask({ messages: [user({ ...say("three"), cache_control: HOUR })] }, headers);
    expect([again.placement, resumed.placement]).toEqual(["hot", "resumed"]);
    expect(shared().upstream.requests.map(({ body }) => marksIn(body))).toEqual([
      ["messages.0.content.0 1h"],
      ["messages.0.content.0", "messages.2.content.0"],
      ["messages.4.content.0 1h"],
    ]);
  });

  test("are found again in what is on record", async () => {
    const { upstream } = shared();
    upstream.respondWith([
      reply({ blocks: [toolUse("look", {}, { id: "toolu_9" })] }),
      text("A dot."),
      text("Yes."),
    ]);
    const first = user(say("Look at it."));
    const headers = { "x-conversation-id": "on-record" };
    await ask({ tools: [LOOK], messages: [first] }, headers);
    const call = { type: "tool_use", id: "toolu_9", name: "look", input: {} } as const;
    const result = { type: "tool_result", tool_use_id: "toolu_9", content: "dot" } as const;
    await ask({ tools: [LOOK], messages: [first, assistant(call), user(result)] }, headers);
    await shared().fetch("/conversations/on-record?mode=evict", { method: "DELETE" });
    const last = await ask(
      {
        tools: [LOOK],
        messages: [
          user({ ...say("Look at it."), cache_control: HOUR }),
          assistant({ ...call, cache_control: HOUR }),
          user({ ...result, cache_control: MARK }),
          assistant({ ...say("A dot."), cache_control: MARK }),
          user(say("Sure?")),
        ],
      },
      headers,
    );
    expect(last.placement).toBe("resumed");
    expect(marksIn(sent(-1))).toEqual([
      "messages.0.content.0 1h",
      "messages.1.content.0 1h",
      "messages.2.content.0",
      "messages.3.content.0",
    ]);
  });

  test("decide for how long is written, and the client is told", async () => {
    shared().upstream.respondWith(() => text("ok"));
    const long = "It was a dark and stormy night. ".repeat(400);
    const marked = await ask({ system: [{ ...say(long), cache_control: HOUR }] });
    const { cache_creation: written, cache_creation_input_tokens: tokens } = marked.usage;
    expect(tokens).toBeGreaterThan(1000);
    expect(written).toEqual({ ephemeral_1h_input_tokens: tokens, ephemeral_5m_input_tokens: 0 });
    const again = await ask({
      system: [{ ...say(long), cache_control: HOUR }],
      messages: [user(say("Bye."))],
    });
    expect(again.usage).toMatchObject({
      cache_read_input_tokens: tokens,
      cache_creation: { ephemeral_1h_input_tokens: 0, ephemeral_5m_input_tokens: 0 },
    });
  });

  test("that the API refuses are refused in its words before the model is asked", async () => {
    const marked = { ...say("one"), cache_control: MARK };
    const wrong: [Partial<Asked>, string][] = [
      [
        { messages: [user(marked, marked, marked, marked, marked)] },
        "A maximum of 4 blocks with cache_control may be provided. Found 5.",
      ],
      [{ cache_control: MARK, messages: [user(marked, marked, marked, marked)] }, "Found 5."],
      [
        { system: [marked], messages: [user({ ...say("two"), cache_control: HOUR })] },
        "messages.0.content.0.text.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m'",
      ],
      [
        { system: [{ ...say(""), cache_control: MARK }] },
        "system.0: cache_control cannot be set for empty text blocks",
      ],
    ];
    for (const [body, words] of wrong) {
      const refused = await ask(body).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(BadRequestError);
      expect(refused).toMatchObject({
        type: "invalid_request_error",
        message: expect.stringContaining(words),
      });
    }
    expect(shared().upstream.requests).toEqual([]);
  });

  test("have no effect where Claude Code itself works: it sets its own", async () => {
    shared().upstream.respondWith(text("ok"));
    const block = { ...say("Hello."), cache_control: HOUR };
    await ask({
      model: "claude-code",
      system: [{ ...say("Be brief."), cache_control: HOUR }],
      messages: [user(block), assistant({ ...say("Hi."), cache_control: HOUR }), user(block)],
    });
    const marks = marksIn(sent(0));
    expect(marks.length).toBeGreaterThan(0);
    expect(marks.filter((mark) => mark.endsWith("1h"))).toEqual([]);
  });
});

/** The text of a message, to be marked. */
function bare({ content }: Anthropic.MessageParam) {
  const block = typeof content === "string" ? undefined : content[0];
  if (block?.type !== "text") throw new Error("Only texts were said.");
  return say(block.text);
}

async function chat(body: object) {
  const response = await shared().fetch("/v1/chat/completions", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "sonnet", messages: [{ role: "user", content: "Hello." }], ...body }),
  });
  expect(response.status, await response.clone().text()).toBe(200);
  return response.headers.get("x-turnpike-ignored");
}

describe("in Chat Completions", () => {
  test("the same field has the same effect, on parts, messages, tools and the request", async () => {
    shared().upstream.respondWith(() => text("ok"));
    const tool = { type: "function", function: { name: "look", parameters: { type: "object" } } };
    const messages = [
      { role: "system", content: [{ ...say("Be brief. "), cache_control: HOUR }, say("And kind.")] },
      { role: "user", content: "Look.", cache_control: HOUR },
      { role: "assistant", content: "A dot." },
      { role: "user", content: [say("Sure?"), { ...say("Look again."), cache_control: MARK }] },
    ];
    expect(await chat({ messages, tools: [{ ...tool, cache_control: HOUR }] })).toBeNull();
    expect(await chat({ cache_control: HOUR })).toBeNull();
    const blocks = { role: "user", content: [{ ...IMAGE, cache_control: HOUR }] };
    expect(await chat({ messages: [blocks] })).toBeNull();
    expect(shared().upstream.requests.map(({ body }) => marksIn(body))).toEqual([
      ["tools.0 1h", "system.0 1h", "messages.0.content.0 1h", "messages.2.content.1"],
      [" 1h"],
      ["messages.0.content.0 1h"],
    ]);
    expect(sent(0).system).toEqual([{ ...say("Be brief. "), cache_control: HOUR }, say("And kind.")]);
  });

  test("marks that the API would refuse are all left out, and the client is told", async () => {
    shared().upstream.respondWith(() => text("ok"));
    const part = { ...say("one"), cache_control: MARK };
    const many = { role: "user", content: [part, part, part, part, part] };
    expect(await chat({ messages: [many] })).toBe("cache_control");
    const late = { role: "user", content: [part, { ...say("two"), cache_control: HOUR }] };
    expect(await chat({ messages: [late] })).toBe("cache_control");
    expect(shared().upstream.requests.map(({ body }) => marksIn(body))).toEqual([
      ["messages.0.content.4"],
      ["messages.0.content.1"],
    ]);
  });
});
