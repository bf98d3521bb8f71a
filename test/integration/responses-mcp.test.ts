import type { Response, ResponseCreateParamsNonStreaming, Tool } from "openai/resources/responses/responses";
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
