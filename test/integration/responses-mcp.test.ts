import type {
  Response,
  ResponseCreateParamsNonStreaming,
  ResponseInputItem,
  Tool,
} from "openai/resources/responses/responses";
import { describe, expect, test } from "vitest";

import { reply, text, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import { startMcpServer, type TestMcpServer } from "../mcp/start-mcp-server.ts";
import { conversationOf, toolNamesOf } from "../upstream/read-request.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startTurnpike } from "./start-turnpike.ts";

const shared = shareTurnpike();

const ROLL_BLOCKS = [textBlock("I roll."), toolUse("mcp__dice__roll", { sides: 6 }, { id: "toolu_roll" })];
const ROLL = reply({ blocks: ROLL_BLOCKS });

function dice(server: TestMcpServer, changes: Partial<Tool.Mcp> = {}): Tool.Mcp {
  return {
    type: "mcp",
    server_label: "dice",
    server_url: server.url,
    require_approval: "never",
    headers: { "x-secret": "s3" },
    ...changes,
  };
}

async function create(
  body: ResponseCreateParamsNonStreaming,
): Promise<{ response: Response; placement: string | null }> {
  const { data, response } = await shared().openai.responses.create(body).withResponse();
  return { response: data, placement: response.headers.get("x-turnpike-placement") };
}

function outputTypes(response: Response): string[] {
  return response.output.map((item) => item.type);
}

describe("an MCP server of the request", () => {
  test("lists its tools and its calls as items, and goes on hot", async () => {
    const { upstream } = shared();
    upstream.clear();
    const server = await startMcpServer();
    upstream.respondWith([ROLL, text("It is a 4."), text("Still a 4.")]);
    const tools = [dice(server, { allowed_tools: ["roll"] })];
    const { response } = await create({ model: "sonnet", input: "Roll.", tools });
    expect(outputTypes(response)).toEqual(["mcp_list_tools", "message", "mcp_call", "message"]);
    expect(response.output[0]).toMatchObject({
      server_label: "dice",
      tools: [
        {
          name: "roll",
          description: "The tool roll.",
          input_schema: expect.objectContaining({ type: "object" }),
        },
      ],
    });
    expect(response.output[2]).toMatchObject({
      server_label: "dice",
      name: "roll",
      arguments: '{"sides":6}',
      output: "roll gave 4",
      error: null,
    });
    expect(response.output_text).toContain("It is a 4.");
    expect(server.calls).toEqual([{ name: "roll", input: { sides: 6 } }]);
    expect([...server.secrets]).toEqual(["s3"]);
    // The secret is not told again.
    expect(JSON.stringify(response)).not.toContain("s3");

    const next = await create({ model: "sonnet", input: "And?", tools, previous_response_id: response.id });
    expect(next.placement).toBe("hot");
    expect(outputTypes(next.response)).toEqual(["message"]);
    expect(toolNamesOf(await upstream.waitForRequest(3))).toEqual(["mcp__dice__roll"]);
  });

  test.each([
    [true, "It is a 4.", 1],
    [false, "Then not.", 0],
  ])("asks before it calls: approved %s", async (approve, said, callCount) => {
    const { upstream } = shared();
    upstream.clear();
    const server = await startMcpServer();
    upstream.respondWith(({ body }) => {
      const last = JSON.stringify(body.messages.at(-1));
      if (!last.includes("tool_result")) return ROLL;
      return text(last.includes("gave 4") ? "It is a 4." : "Then not.");
    });
    const tools = [dice(server, { require_approval: "always" })];
    const first = await create({ model: "sonnet", input: "Roll.", tools });
    const request = first.response.output.at(-1);
    if (request?.type !== "mcp_approval_request") throw new Error("No approval was asked for.");
    expect(request).toMatchObject({ server_label: "dice", name: "roll", arguments: '{"sides":6}' });
    expect(server.calls).toEqual([]);

    const answer = { type: "mcp_approval_response", approval_request_id: request.id, approve } as const;
    const second = await create({
      model: "sonnet",
      input: [answer],
      tools,
      previous_response_id: first.response.id,
    });
    expect(second.placement).toBe("hot");
    expect(second.response.output_text).toBe(said);
    if (approve) {
      expect(outputTypes(second.response)).toEqual(["mcp_call", "message"]);
      expect(second.response.output[0]).toMatchObject({
        approval_request_id: request.id,
        output: "roll gave 4",
      });
    }
    expect(server.calls).toHaveLength(callCount);

    // The conversation goes on from there.
    upstream.respondWith(text("Bye."));
    const third = await create({
      model: "sonnet",
      input: "Bye.",
      tools,
      previous_response_id: second.response.id,
    });
    expect(third).toMatchObject({ placement: "hot", response: { output_text: "Bye." } });
  });

  describe("whose approval comes to a process that did not make the call", () => {
    const words = { role: "user", content: "Roll." } as const;

    /** A first answer that asks, and what the model says to the results from then on. */
    async function askFirst(blocks = ROLL_BLOCKS) {
      const { upstream } = shared();
      upstream.clear();
      const server = await startMcpServer();
      upstream.respondWith([reply({ blocks })]);
      const tools = [dice(server, { require_approval: "always" })];
      const { response } = await create({ model: "sonnet", input: [words], tools });
      upstream.clear();
      upstream.respondWith([text("It is a 4."), text("Bye.")]);
      const requests = response.output.flatMap((item) =>
        item.type === "mcp_approval_request" ? [item] : [],
      );
      const answers = (approve: boolean, reason?: string) =>
        requests.map(({ id }) => ({
          type: "mcp_approval_response" as const,
          approval_request_id: id,
          approve,
          ...(reason !== undefined && { reason }),
        }));
      return { server, tools, first: response, answers };
    }

    test("the call itself is made, and the model reads it with its result", async () => {
      const { server, tools, first, answers } = await askFirst();
      await evictAll();
      const second = await create({
        model: "sonnet",
        input: answers(true),
        tools,
        previous_response_id: first.id,
      });
      expect(second.placement).toBe("resumed");
      expect(outputTypes(second.response)).toEqual(["mcp_call", "message"]);
      expect(second.response.output[0]).toMatchObject({
        approval_request_id: first.output.at(-1)?.id,
        server_label: "dice",
        name: "roll",
        arguments: '{"sides":6}',
        output: "roll gave 4",
      });
      expect(server.calls).toEqual([{ name: "roll", input: { sides: 6 } }]);
      expect([...server.secrets]).toEqual(["s3"]);
      const read = [
        { role: "user", content: "Roll." },
        { role: "assistant", content: [said("I roll."), rolled("toolu_roll", 6)] },
        { role: "user", content: [resultOf("toolu_roll")] },
      ];
      expect(await conversationRead()).toEqual(read);

      // It is on record as it was read.
      await evictAll();
      shared().upstream.clear();
      shared().upstream.respondWith([text("Bye.")]);
      await create({ model: "sonnet", input: "Bye.", tools, previous_response_id: second.response.id });
      expect(await conversationRead()).toEqual([
        ...read,
        { role: "assistant", content: "It is a 4." },
        { role: "user", content: "Bye." },
      ]);
    });

    test("one that is denied is no call, and the model reads why", async () => {
      const { server, tools, first, answers } = await askFirst();
      await evictAll();
      const second = await create({
        model: "sonnet",
        input: answers(false, "Not today."),
        tools,
        previous_response_id: first.id,
      });
      expect(second.response.output_text).toBe("It is a 4.");
      expect(server.calls).toEqual([]);
      expect((await conversationRead()).at(-1)).toEqual({
        role: "user",
        content: [{ ...resultOf("toolu_roll", "Not today."), is_error: true }],
      });
    });

    test("of two calls, with words behind it", async () => {
      const blocks = [
        textBlock("I roll."),
        toolUse("mcp__dice__roll", { sides: 6 }, { id: "toolu_1" }),
        toolUse("mcp__dice__roll", { sides: 8 }, { id: "toolu_2" }),
      ];
      const { server, tools, first, answers } = await askFirst(blocks);
      await evictAll();
      const more = { role: "user", content: "And tell me the sum." } as const;
      // The person is asked about one after the other.
      expect(answers(true)).toHaveLength(1);
      await create({
        model: "sonnet",
        input: [...answers(true), more],
        tools,
        previous_response_id: first.id,
      });
      expect(server.calls).toEqual([{ name: "roll", input: { sides: 6 } }]);
      expect((await conversationRead()).slice(1)).toEqual([
        { role: "assistant", content: [said("I roll."), rolled("toolu_1", 6)] },
        { role: "user", content: [resultOf("toolu_1"), said(more.content)] },
      ]);
    });

    test("several that another service has asked about", async () => {
      const { upstream } = shared();
      upstream.clear();
      upstream.respondWith([text("They are.")]);
      const server = await startMcpServer();
      const tools = [dice(server, { require_approval: "always" })];
      const input = [
        { role: "user", content: "Roll three." },
        { role: "assistant", content: "I roll." },
        askedItem("mcpr_a", 4),
        askedItem("mcpr_b", 6),
        askedItem("mcpr_c", 8),
        answerItem("mcpr_a", true),
        answerItem("mcpr_b", false),
        answerItem("mcpr_c", true),
      ] as ResponseInputItem[];
      const { response } = await create({ model: "sonnet", input, tools, store: false });
      expect(server.calls.map((made) => made.input)).toEqual([{ sides: 4 }, { sides: 8 }]);
      expect(outputTypes(response)).toEqual([
        "mcp_list_tools",
        "mcp_call",
        "mcp_call",
        "mcp_call",
        "message",
      ]);
      const denied = { ...resultOf("b", "The person did not approve this call."), is_error: true };
      expect((await conversationRead()).slice(1)).toEqual([
        {
          role: "assistant",
          content: [said("I roll."), rolled("a", 4), rolled("b", 6), rolled("c", 8)],
        },
        { role: "user", content: [resultOf("a"), denied, resultOf("c")] },
      ]);
    });

    test.each([
      ["of this server's own", undefined],
      ["of another service, with another's ids", "mcpr_682d498e3bd4819196a0ce1664f8e77b04ad1e533afccbfa"],
    ])("items %s that the client keeps itself", async (_, foreignId) => {
      const { upstream } = shared();
      upstream.clear();
      upstream.respondWith([text("It is a 4.")]);
      const server = await startMcpServer();
      const tools = [dice(server, { require_approval: "always" })];
      const own = { role: "user", content: `Roll, ${foreignId}.` } as const;
      const id = foreignId ?? "mcpr_toolu_roll";
      const input = [
        own,
        {
          type: "mcp_approval_request",
          id,
          server_label: "dice",
          name: "roll",
          arguments: '{"sides":6}',
        },
        { type: "mcp_approval_response", approval_request_id: id, approve: true },
      ] as ResponseInputItem[];
      const { response } = await create({ model: "sonnet", input, tools, store: false });
      expect(outputTypes(response)).toEqual(["mcp_list_tools", "mcp_call", "message"]);
      expect(server.calls).toEqual([{ name: "roll", input: { sides: 6 } }]);
      const callId = id.replace("mcpr_", "");
      expect(await conversationRead()).toEqual([
        own,
        { role: "assistant", content: [rolled(callId, 6)] },
        { role: "user", content: [resultOf(callId)] },
      ]);
    });

    test("a tool that the request does not allow is not called", async () => {
      const { server, first, answers } = await askFirst();
      await evictAll();
      const tools = [dice(server, { require_approval: "always", allowed_tools: ["forbidden"] })];
      await create({ model: "sonnet", input: answers(true), tools, previous_response_id: first.id });
      expect(server.calls).toEqual([]);
    });
  });

  test("that cannot be reached is a clear error before any model call", async () => {
    const { upstream } = shared();
    upstream.clear();
    const tools = [{ type: "mcp", server_label: "gone", server_url: "http://127.0.0.1:9/mcp" }] as Tool.Mcp[];
    const error = await create({ model: "sonnet", input: "Roll.", tools }).catch((thrown) => thrown);
    expect(error).toMatchObject({ status: 400, param: "tools", message: expect.stringContaining("'gone'") });
    expect(upstream.requests).toEqual([]);
  });

  test("is refused where the configuration says so", async () => {
    const turnpike = await startTurnpike({ flags: { "requests.mcpServers": "none" } });
    const server = await startMcpServer();
    const error = await turnpike.openai.responses
      .create({ model: "sonnet", input: "Roll.", tools: [dice(server)] })
      .catch((thrown) => thrown);
    expect(error).toMatchObject({
      status: 400,
      code: "forbidden",
      message: expect.stringContaining("requests.mcpServers"),
    });
  });
});

/** What the model reads at first. */
async function conversationRead() {
  return conversationOf(await shared().upstream.waitForRequest(1));
}

/** A call and its result, as the model reads them. */
const rolled = (id: string, sides: number) => ({
  type: "tool_use",
  id,
  name: "mcp__dice__roll",
  input: { sides },
});
const said = (content: string) => ({ type: "text", text: content });
const resultOf = (id: string, content = "roll gave 4") => ({
  type: "tool_result",
  tool_use_id: id,
  content,
});

const askedItem = (id: string, sides: number) => ({
  type: "mcp_approval_request",
  id,
  server_label: "dice",
  name: "roll",
  arguments: JSON.stringify({ sides }),
});
const answerItem = (id: string, approve: boolean) => ({
  type: "mcp_approval_response",
  approval_request_id: id,
  approve,
});

/** Text answers only: what matters is what stands in front of them. */
async function begin(changes: Partial<Tool.Mcp> = {}) {
  const { upstream } = shared();
  upstream.clear();
  upstream.respondWith(text("Yes."));
  const server = await startMcpServer();
  const tools = [dice(server, changes)];
  const ask = async (body: Partial<ResponseCreateParamsNonStreaming>) =>
    (await create({ model: "sonnet", input: "And?", tools, ...body })).response;
  return { server, tools, ask };
}

/** The next turn needs a new process, which connects to the servers anew. */
async function evictAll(): Promise<void> {
  const answer = await shared().fetch("/conversations");
  // Proof for the cast: the list's documented shape.
  const { data } = (await answer.json()) as { data: { id: string }[] };
  for (const { id } of data) {
    await shared().fetch(`/conversations/${id}?mode=evict`, { method: "DELETE" });
  }
}

function listsOf({ output }: Response) {
  return output
    .filter((item) => item.type === "mcp_list_tools")
    .map(({ server_label, tools }) => [server_label, ...tools.map(({ name }) => name)]);
}

describe("the list of a server's tools", () => {
  const LIST = ["dice", "roll", "forbidden"];

  test("comes once in a chain, also after a restart of its process", async () => {
    const { ask } = await begin();
    const first = await ask({});
    expect(listsOf(first)).toEqual([LIST]);
    await evictAll();
    const second = await ask({ previous_response_id: first.id });
    expect(listsOf(second)).toEqual([]);
    await evictAll();
    expect(listsOf(await ask({ previous_response_id: second.id }))).toEqual([]);
  });

  test("comes once in a conversation", async () => {
    const { ask } = await begin();
    const { id } = await shared().openai.conversations.create();
    expect(listsOf(await ask({ conversation: id }))).toEqual([LIST]);
    await evictAll();
    expect(listsOf(await ask({ conversation: id }))).toEqual([]);
    // The second of two at once is read anew after the first.
    const { id: other } = await shared().openai.conversations.create();
    const both = await Promise.all([ask({ conversation: other }), ask({ conversation: other })]);
    expect(both.flatMap(listsOf)).toEqual([LIST]);
  });

  test("does not come again for a client that sends it back, and does for one that leaves it out", async () => {
    const { ask } = await begin();
    const asked = { role: "user", content: "Is it?" } as const;
    const { output } = await ask({ input: [asked], store: false });
    // Proof for the cast: each of OpenAI's output items is an input item, too.
    const items = output as ResponseInputItem[];
    const more = { role: "user", content: "And now?" } as const;
    await evictAll();
    expect(listsOf(await ask({ input: [asked, ...items, more], store: false }))).toEqual([]);
    await evictAll();
    const rest = items.filter(({ type }) => type !== "mcp_list_tools");
    expect(listsOf(await ask({ input: [asked, ...rest, more], store: false }))).toEqual([LIST]);
  });

  test("comes again when it has changed, and for another server", async () => {
    const { ask, server, tools } = await begin();
    const first = await ask({});
    const narrowed = [dice(server, { allowed_tools: ["roll"] })];
    const second = await ask({ previous_response_id: first.id, tools: narrowed });
    expect(listsOf(second)).toEqual([["dice", "roll"]]);
    await evictAll();
    const third = await ask({ previous_response_id: second.id, tools: narrowed });
    expect(listsOf(third)).toEqual([]);
    const fourth = await ask({ previous_response_id: third.id });
    expect(listsOf(fourth)).toEqual([LIST]);
    const other = dice(await startMcpServer(), { server_label: "cards" });
    const fifth = await ask({ previous_response_id: fourth.id, tools: [...tools, other] });
    expect(listsOf(fifth)).toEqual([["cards", "roll", "forbidden"]]);
    server.toolNames.push("shake");
    await evictAll();
    expect(listsOf(await ask({ previous_response_id: fifth.id }))).toEqual([[...LIST, "shake"]]);
  });
});
