import type {
  Response,
  ResponseCreateParamsNonStreaming,
  ResponseInputItem,
  Tool,
} from "openai/resources/responses/responses";
import { describe, expect, test } from "vitest";

import { reply, text, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import { startMcpServer, type TestMcpServer } from "../mcp/start-mcp-server.ts";
import { toolNamesOf } from "../upstream/read-request.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startTurnpike } from "./start-turnpike.ts";

const shared = shareTurnpike();

const ROLL = reply({
  blocks: [textBlock("I roll."), toolUse("mcp__dice__roll", { sides: 6 }, { id: "toolu_roll" })],
});

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

  test("whose approval comes after the process is gone is asked once more by Claude, not by the client", async () => {
    const turnpike = shared();
    const { upstream } = turnpike;
    upstream.clear();
    const server = await startMcpServer();
    upstream.respondWith(({ body }) =>
      JSON.stringify(body.messages).includes("gave 4") ? text("It is a 4.") : ROLL,
    );
    const tools = [dice(server, { require_approval: "always" })];
    const { data: first, response } = await turnpike.openai.responses
      .create({ model: "sonnet", input: "Roll.", tools })
      .withResponse();
    const conversation = response.headers.get("x-conversation-id") ?? "";
    await turnpike.fetch(`/conversations/${conversation}?mode=evict`, { method: "DELETE" });
    const request = first.output.at(-1);
    const answer = {
      type: "mcp_approval_response",
      approval_request_id: request?.id ?? "",
      approve: true,
    } as const;
    const second = await create({ model: "sonnet", input: [answer], tools, previous_response_id: first.id });
    expect(second.response.output_text).toContain("It is a 4.");
    expect(server.calls).toHaveLength(1);
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
      status: 403,
      message: expect.stringContaining("requests.mcpServers"),
    });
  });
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
