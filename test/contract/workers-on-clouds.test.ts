import { beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { WorkersUnavailable } from "../../src/core/ports/engine.ts";
import { ClaimRefused, type GivenHistory } from "../../src/core/ports/engine-session.ts";
import type { ProcessKind } from "../../src/core/turn/process-kind.ts";
import { pause } from "../../src/demo/build-fault.ts";
import { reply, text, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import { message } from "../conformance/store-fixtures.ts";
import { CHAT_KIND } from "../engine/turn-fixtures.ts";
import { turnInput } from "../engine/turn-input.ts";
import { type CloudDoor, openCloudDoor } from "../upstream/open-cloud-door.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { NEVER, runTurn, shareClaude, textOf } from "./share-claude.ts";

let skewMs = 0;
const claude = shareClaude({ hasWorkers: true, clock: () => Date.now() + skewMs });
const MODEL = "claude-sonnet-4-6";

const CLOUDS: Readonly<Record<string, (url: string) => Readonly<Record<string, string>>>> = {
  Bedrock: (url) => ({
    CLAUDE_CODE_USE_BEDROCK: "1",
    CLAUDE_CODE_SKIP_BEDROCK_AUTH: "1",
    AWS_REGION: "us-east-1",
    ANTHROPIC_BEDROCK_BASE_URL: url,
  }),
  "Bedrock (Mantle)": (url) => ({
    CLAUDE_CODE_USE_MANTLE: "1",
    CLAUDE_CODE_SKIP_MANTLE_AUTH: "1",
    AWS_REGION: "us-east-1",
    ANTHROPIC_BEDROCK_MANTLE_BASE_URL: url,
  }),
  "Claude on AWS": (url) => ({
    CLAUDE_CODE_USE_ANTHROPIC_AWS: "1",
    ANTHROPIC_AWS_API_KEY: "a-key",
    ANTHROPIC_AWS_WORKSPACE_ID: "wrkspc_1",
    AWS_REGION: "us-east-1",
    ANTHROPIC_AWS_BASE_URL: url,
  }),
  Vertex: (url) => ({
    CLAUDE_CODE_USE_VERTEX: "1",
    CLAUDE_CODE_SKIP_VERTEX_AUTH: "1",
    ANTHROPIC_VERTEX_PROJECT_ID: "a-project",
    CLOUD_ML_REGION: "us-east5",
    ANTHROPIC_VERTEX_BASE_URL: url,
  }),
  "Claude on Google Cloud": (url) => ({
    CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD: "1",
    CLAUDE_CODE_SKIP_ANTHROPIC_GOOGLE_CLOUD_AUTH: "1",
    ANTHROPIC_GOOGLE_CLOUD_PROJECT: "a-project",
    ANTHROPIC_GOOGLE_CLOUD_LOCATION: "us-east5",
    ANTHROPIC_GOOGLE_CLOUD_WORKSPACE_ID: "wrkspc_1",
    ANTHROPIC_GOOGLE_CLOUD_BASE_URL: url,
  }),
  Foundry: (url) => ({
    CLAUDE_CODE_USE_FOUNDRY: "1",
    ANTHROPIC_FOUNDRY_API_KEY: "a-key",
    ANTHROPIC_FOUNDRY_BASE_URL: url,
  }),
};

let door: CloudDoor;
beforeAll(async () => {
  door = await openCloudDoor(claude().model.url);
  return () => door.close();
});

function kindOn(cloud: string, changes: Readonly<Record<string, string>> = {}): ProcessKind {
  return {
    ...CHAT_KIND,
    environment: { ANTHROPIC_API_KEY: "", ...CLOUDS[cloud]?.(door.url), ...changes },
  };
}

async function startWorker(kind: ProcessKind) {
  const worker = await claude().engine.startWorker(kind, NEVER);
  onTestFinished(() => worker.close());
  return worker;
}

describe.each(Object.keys(CLOUDS))("a worker on %s", (cloud) => {
  test("sends what it is given, forgets it, and asks for no second answer", async () => {
    const { model } = claude();
    const kind = kindOn(cloud);
    expect(claude().engine.hasWorkers(kind)).toBe(true);
    const worker = await startWorker(kind);
    expect(model.requests).toEqual([]);
    const say = (words: string, systemText: string, history: GivenHistory = { entries: [] }) => {
      const spec = claude().chat({ kind, model: MODEL, systemText });
      return turnInput([message("user", words)], {
        whole: { spec, history },
        tools: {
          list: [{ name: "Bash", inputSchema: { type: "object" } }],
          choice: { type: "auto" },
          isParallel: true,
        },
      });
    };
    model.respondWith([
      reply({ blocks: [toolUse("Bash", { at: 1 })] }),
      text("fine"),
      // Told in time that it is to ask nobody else, the process need not be ended.
      reply({ blocks: [textBlock("", { chunks: ["too", pause(1_000), " lo"] })], stopReason: "max_tokens" }),
    ]);
    expect((await runTurn(worker, say("secret of one", "Be brief."))).at(-1)).toMatchObject({
      type: "turn-end",
      reason: "tool-calls",
    });
    const history = {
      entries: [
        { role: "user", content: "known" },
        { role: "assistant", content: [{ type: "text", text: "yes" }] },
      ],
    } as const;
    expect(textOf(await runTurn(worker, say("and now?", "", history)))).toBe("fine");
    const cut = await runTurn(worker, say("write", "Other."));
    expect([textOf(cut), cut.at(-1)]).toMatchObject(["too lo", { type: "turn-end", reason: "length" }]);
    expect(worker.canContinue).toBe(true);
    // What it asks by itself is refused elsewhere. On a busy machine that may take too long, and the process ends.
    const next = await runTurn(worker, say("next", "Other.")).then(textOf, (error: unknown) => {
      expect(error).toBeInstanceOf(ClaimRefused);
    });
    const asked = next === undefined ? [] : [[{ role: "user", content: "next" }]];
    expect(model.requests.slice(3).map(conversationOf)).toEqual(asked);
    expect(new Set(model.requests.map(({ body }) => body.model))).toEqual(new Set([MODEL]));
    expect(model.requests.slice(0, 3).map(conversationOf)).toEqual([
      [{ role: "user", content: "secret of one" }],
      [
        { role: "user", content: "known" },
        { role: "assistant", content: "yes" },
        { role: "user", content: "and now?" },
      ],
      [{ role: "user", content: "write" }],
    ]);
    const systems = model.requests.slice(0, 3).map(({ body }) => body.system);
    expect(systems).toMatchObject([[{ text: "Be brief." }], [], [{ text: "Other." }]]);
    expect(systems.map((system) => system?.length)).toEqual([1, 0, 1]);
    const tools = model.requests.map(({ body }) => body.tools?.map(({ name }) => name));
    expect(new Set(tools.flat())).toEqual(new Set(["Bash"]));
  });
});

test("Foundry may be named by its resource: what leads a process elsewhere goes without it", async () => {
  const { model } = claude();
  // Nothing answers there; the canary is heard nevertheless.
  const kind = kindOn("Foundry", { ANTHROPIC_FOUNDRY_BASE_URL: "", ANTHROPIC_FOUNDRY_RESOURCE: "ours" });
  await startWorker(kind);
  expect(model.requests).toEqual([]);
});

test("a process that finds no credentials asks nobody: for a minute turns have sessions, which tell what is wrong", async () => {
  const { engine, model } = claude();
  const kind = kindOn("Bedrock", { CLAUDE_CODE_SKIP_BEDROCK_AUTH: "", AWS_EC2_METADATA_DISABLED: "true" });
  await expect(startWorker(kind)).rejects.toThrow(WorkersUnavailable);
  expect(engine.hasWorkers(kind)).toBe(false);
  skewMs = 60_000;
  onTestFinished(() => void (skewMs = 0));
  expect(engine.hasWorkers(kind)).toBe(true);
  expect(model.requests).toEqual([]);
});
