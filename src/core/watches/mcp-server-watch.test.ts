import { expect, test } from "vitest";

import { AGENT_PROFILE, CHAT_PROFILE, turnRequest } from "../../../test/engine/turn-fixtures.ts";
import { McpServerWatch } from "./mcp-server-watch.ts";
import type { McpServer } from "../words/mcp-server.ts";
import { SILENT_LOGGER } from "../ports/logger.ts";
import type { McpProbeResult, ProbeMcpServer } from "../ports/mcp-probe.ts";
import type { TurnRunner } from "../ports/turn-runner.ts";
import { waitUntil } from "../../../test/wait-for.ts";

const DICE: McpServer = { type: "stdio", command: "dice", args: [], env: {} };
const WEB: McpServer = { type: "http", url: "https://mcp.example/?key=secret", headers: {} };
const AGENT = { ...AGENT_PROFILE, name: "agent", mcpServers: { dice: DICE, web: WEB } };
const REVIEW = { ...AGENT_PROFILE, name: "review", mcpServers: { dice: DICE } };

function watchServers(answers: Record<string, () => Promise<McpProbeResult>>) {
  const looks: string[] = [];
  const signals: AbortSignal[] = [];
  const errors: unknown[] = [];
  const probe: ProbeMcpServer = (server, _, signal) => {
    const what = server.type === "stdio" ? server.command : server.type;
    looks.push(what);
    signals.push(signal);
    return answers[what]?.() ?? Promise.resolve({ status: "connected", toolCount: 2 });
  };
  const logger = { ...SILENT_LOGGER, error: (event: string) => void errors.push(event) };
  const watch = new McpServerWatch({
    profiles: { chat: CHAT_PROFILE, agent: AGENT, review: REVIEW },
    probe,
    logger,
  });
  return { watch, looks, errors, signals };
}

const FAILED: McpProbeResult = { status: "failed", problem: "It ended.", detail: "/secret/path" };

test("tells of each server once, with the profiles that use it, before and after the first look", async () => {
  const { watch, looks } = watchServers({ http: async () => FAILED });
  const dice = { name: "dice", profiles: ["agent", "review"], type: "stdio" };
  const web = { name: "web", profiles: ["agent"], type: "http" };
  expect(watch.report).toEqual([
    { ...dice, status: "unknown" },
    { ...web, status: "unknown" },
  ]);
  await watch.check();
  expect(looks).toEqual(["dice", "http"]);
  expect(watch.report).toEqual([
    { ...dice, status: "connected", toolCount: 2 },
    { ...web, status: "failed", problem: "It ended." },
  ]);
  expect(JSON.stringify(watch.report)).not.toContain("secret");
});

test("who asks at the same time shares a look, and only a change is logged", async () => {
  const { watch, looks, errors } = watchServers({ dice: async () => FAILED });
  await Promise.all([watch.check(), watch.check()]);
  expect(looks).toHaveLength(2);
  await watch.check();
  expect(looks).toHaveLength(4);
  expect(errors).toEqual(["mcp-server.failed"]);
});

const failingTurn: TurnRunner = async function* () {
  yield {
    type: "notice",
    code: "mcp-server-failed",
    message: "The MCP server 'dice' could not be started.",
  };
  yield { type: "text-delta", text: "Without it." };
};

test("a failure in a turn has the servers of its profile looked at again", async () => {
  let isThere = true;
  const { watch, looks } = watchServers({
    dice: async () => (isThere ? { status: "connected", toolCount: 1 } : FAILED),
  });
  await watch.check();
  isThere = false;
  const target = { modelId: "review", profile: REVIEW, model: "sonnet" };
  const request = turnRequest(["hello"], { target });
  const told: string[] = [];
  for await (const event of watch.listen(failingTurn)(request, new AbortController().signal))
    told.push(event.type);
  expect(told).toEqual(["notice", "text-delta"]);
  await waitUntil(() => watch.report[0]?.status === "failed");
  expect(looks).toEqual(["dice", "http", "dice"]);
});

test("the end waits for a look that is under way, which is told", async () => {
  const { watch, signals, errors } = watchServers({
    dice: () =>
      new Promise((_, reject) => signals[0]?.addEventListener("abort", () => reject(signals[0]?.reason))),
  });
  watch.start();
  await waitUntil(() => signals.length > 0);
  await watch.close();
  expect(signals[0]?.aborted).toBe(true);
  expect(errors).toEqual([]);
});

const neverAsked = () => Promise.reject(new Error("looked"));

test("without servers there is nothing to do", async () => {
  const watch = new McpServerWatch({
    profiles: { chat: CHAT_PROFILE },
    probe: neverAsked,
    logger: SILENT_LOGGER,
  });
  watch.start();
  expect(watch.listen(failingTurn)).toBe(failingTurn);
  expect(watch.report).toEqual([]);
  await watch.close();
});
