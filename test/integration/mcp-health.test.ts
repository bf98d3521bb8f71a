import { resolve } from "node:path";

import { expect, test } from "vitest";

import { text } from "../../src/demo/build-reply.ts";
import { startTurnpike } from "./start-turnpike.ts";

test("health tells which MCP servers of the profiles answer, and one that fails leaves the server ready", async () => {
  const program = resolve(import.meta.dirname, "../mcp/stdio-server.mjs");
  const turnpike = await startTurnpike({
    configFile: {
      mcpServers: {
        tiny: { command: process.execPath, args: [program], env: { TOKEN: "very-secret" } },
        gone: {
          type: "http",
          url: "http://127.0.0.1:4/mcp?key=very-secret",
          headers: { "X-Key": "very-secret" },
        },
        unused: { command: "not-looked-at" },
      },
      profiles: { default: { mcpServers: ["tiny", "gone"] }, more: { mcpServers: ["tiny"] } },
    },
  });
  await turnpike.until(({ mcpServers }) => mcpServers.every(({ status }) => status !== "unknown"));
  const ready = await turnpike.fetch("/health/ready", { headers: { authorization: "" } });
  expect(ready.status).toBe(200);
  const body = await ready.text();
  expect(body).not.toContain("very-secret");
  expect(JSON.parse(body)).toMatchObject({
    mcpServers: [
      { name: "tiny", profiles: ["default", "more"], type: "stdio", status: "connected", toolCount: 2 },
      {
        name: "gone",
        profiles: ["default"],
        type: "http",
        status: "failed",
        problem: "It cannot be reached (ECONNREFUSED).",
      },
    ],
  });

  turnpike.upstream.respondWith(text("Without it."));
  const answer = await turnpike.post({
    model: "claude-code",
    messages: [{ role: "user", content: "hello" }],
  });
  expect(await answer.text()).toContain("Without it.");
});
