import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { resolve } from "node:path";

import { McpServer as RealServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
import { ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { expect, onTestFinished, test } from "vitest";

import type { McpServer } from "../../src/core/words/mcp-server.ts";
import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import type { McpProbeResult } from "../../src/core/ports/mcp-probe.ts";
import { probeMcpServer } from "../../src/engines/mcp/probe-mcp-server.ts";
import { OrphanSweeper } from "../../src/engines/process/orphan-sweeper.ts";
import { canFindProcesses, findProcesses, waitForProcesses } from "../integration/find-processes.ts";
import { startMcpServer } from "./start-mcp-server.ts";

const NEVER = new AbortController().signal;
const SECRET = "sk-very-secret";

function probe(server: McpServer, { timeoutMs = 20_000, signal = NEVER } = {}): Promise<McpProbeResult> {
  const environment = { PATH: process.env["PATH"] ?? "", ANTHROPIC_API_KEY: SECRET };
  const parts = { environment, sweeper: new OrphanSweeper(SILENT_LOGGER), timeoutMs };
  return probeMcpServer(parts, server, { workspace: tmpdir(), environment: {} }, signal);
}

/** One that is started, with this program or that which the tests have. */
function stdio(script?: string, env: Readonly<Record<string, string>> = {}): McpServer {
  const args = script === undefined ? [resolve(import.meta.dirname, "stdio-server.mjs")] : ["-e", script];
  return { type: "stdio", command: process.execPath, args, env };
}

async function listen(server: ReturnType<typeof createServer>): Promise<string> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // Proof for the cast: it listens on a TCP port.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("a program that answers is connected, and is gone afterwards", async () => {
  const marker = randomUUID();
  expect(await probe(stdio(undefined, { MARKER: marker }))).toEqual({ status: "connected", toolCount: 2 });
  if (canFindProcesses) expect(await findProcesses(marker)).toEqual([]);
});

test("a server over HTTP gets its headers and tells its tools", async () => {
  const { url, secrets } = await startMcpServer();
  const server: McpServer = { type: "http", url, headers: { "X-Secret": "s3cret" } };
  expect(await probe(server)).toEqual({ status: "connected", toolCount: 2 });
  expect([...secrets]).toEqual(["s3cret"]);
});

test("a server over SSE is connected", async () => {
  const transports = new Map<string, SSEServerTransport>();
  const seen: unknown[] = [];
  const url = await listen(
    createServer((request, response) => {
      seen.push(request.headers["x-secret"]);
      if (request.method === "GET") {
        const transport = new SSEServerTransport("/messages", response);
        transports.set(transport.sessionId, transport);
        const mcp = new RealServer({ name: "old", version: "1" }, { capabilities: { tools: {} } });
        mcp.server.setRequestHandler(ListToolsRequestSchema, () => ({
          tools: [{ name: "one", inputSchema: { type: "object" as const } }],
        }));
        // Proof for the cast: the SDK's own transport; its type only lacks `| undefined` of exact optional properties.
        void mcp.connect(transport as Parameters<RealServer["connect"]>[0]);
        return;
      }
      const id = new URL(request.url ?? "", "http://localhost").searchParams.get("sessionId") ?? "";
      void transports.get(id)?.handlePostMessage(request, response);
    }),
  );
  const server: McpServer = { type: "sse", url: `${url}/sse`, headers: { "X-Secret": "s3cret" } };
  expect(await probe(server)).toEqual({ status: "connected", toolCount: 1 });
  expect(new Set(seen)).toEqual(new Set(["s3cret"]));
});

test.each<[string, McpServer, string]>([
  ["a missing command", { type: "stdio", command: "no-such-program", args: [], env: {} }, "was not found"],
  ["a program that ends", stdio("process.exit(3)"), "It ended before it answered."],
  ["nobody there", { type: "http", url: "http://127.0.0.1:4/mcp", headers: {} }, "(ECONNREFUSED)"],
  ["nobody there for SSE", { type: "sse", url: "http://127.0.0.1:4/sse", headers: {} }, "ECONNREFUSED"],
])("%s is told as what it is", async (_, server, problem) => {
  expect(await probe(server)).toMatchObject({ status: "failed", problem: expect.stringContaining(problem) });
});

test.each([
  [401, "refuses the headers"],
  [404, "HTTP status 404"],
  [500, "HTTP status 500"],
])("HTTP status %i is told", async (status, problem) => {
  const url = await listen(createServer((_, response) => response.writeHead(status).end("no")));
  const result = await probe({ type: "http", url, headers: {} });
  expect(result).toMatchObject({ status: "failed", problem: expect.stringContaining(problem) });
});

test("what it says of itself is kept for the person, without its secrets", async () => {
  const script = `
    console.error("Bad token", process.env.TOKEN, "and", process.env.ANTHROPIC_API_KEY);
    process.exit(1);`;
  const failed = await probe(stdio(script, { TOKEN: "Bearer tok-abcdef" }));
  expect(failed).toMatchObject({
    problem: "It ended before it answered.",
    detail: expect.stringContaining("Bad token"),
  });
  expect(JSON.stringify(failed)).not.toMatch(/tok-abcdef|sk-very/);

  const url = await listen(
    createServer((request, response) => {
      response.writeHead(400).end(`you sent ${request.url} with ${request.headers["authorization"]}`);
    }),
  );
  const server: McpServer = {
    type: "http",
    url: `${url}/mcp?key=url-secret`,
    headers: { Authorization: "Bearer head-secret" },
  };
  const refused = await probe(server);
  expect(refused).toMatchObject({ problem: "It answers with HTTP status 400." });
  expect(JSON.stringify(refused)).not.toMatch(/url-secret|head-secret/);
});

test.runIf(canFindProcesses)(
  "a program that is mute and does not want to end is ended all the same",
  async () => {
    const marker = randomUUID();
    const script = `process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);`;
    const result = await probe(stdio(script, { MARKER: marker }), { timeoutMs: 500 });
    expect(result).toMatchObject({ status: "failed", problem: "It did not answer within 0.5 seconds." });
    await waitForProcesses(marker, (found) => found.length === 0, 0);
  },
);

test("who is no longer interested hears nothing, and nothing is left", async () => {
  const marker = randomUUID();
  const stop = new AbortController();
  const asking = probe(stdio("setInterval(() => {}, 1000);", { MARKER: marker }), { signal: stop.signal });
  if (canFindProcesses) await waitForProcesses(marker, (found) => found.length > 0);
  stop.abort(new Error("enough"));
  await expect(asking).rejects.toThrow("enough");
  if (canFindProcesses) expect(await findProcesses(marker)).toEqual([]);
});
