import { describe, expect, onTestFinished, test } from "vitest";

import { WorkersUnavailable } from "../../src/core/ports/engine.ts";
import { ClaimRefused, type EngineSession, type GivenHistory } from "../../src/core/ports/engine-session.ts";
import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import { hang, httpError, pause, reset } from "../../src/demo/build-fault.ts";
import { reply, text, textBlock, thinking, toolUse } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import type { Chunk } from "../../src/demo/reply.ts";
import type { MessagesBody } from "../../src/demo/messages-body.ts";
import type { ClaudeConnection } from "../../src/engines/claude/claude-connection.ts";
import { ClaudeEngine } from "../../src/engines/claude/claude-engine.ts";
import type { ClaudeLauncher, LiveClaude } from "../../src/engines/claude/claude-launcher.ts";
import { SdkLauncher } from "../../src/engines/sdk/sdk-launcher.ts";
import { message } from "../conformance/store-fixtures.ts";
import { CHAT_KIND } from "../engine/turn-fixtures.ts";
import { DENYING_SUPERVISOR as NOBODY, turnInput } from "../engine/turn-input.ts";
import { marksIn } from "../upstream/marks-in.ts";
import { NEVER, runTurn, shareClaude, textOf } from "./share-claude.ts";

const claude = shareClaude({ hasWorkers: true });
const MODEL = "claude-sonnet-5";

/** What a turn on a worker is told besides. */
interface Told {
  readonly model?: string;
  readonly systemText?: string;
  readonly instructions?: string;
  readonly history?: GivenHistory | undefined;
}

type TurnChanges = NonNullable<Parameters<typeof turnInput>[1]>;

/** A turn that says this, with all that a worker is told. */
function say(words: string, { history = { entries: [] }, ...told }: Told = {}, changes: TurnChanges = {}) {
  const spec = claude().chat({ model: MODEL, ...told });
  return turnInput([message("user", words)], { whole: { spec, history }, ...changes });
}

function without(value: unknown, field: string): unknown {
  return JSON.parse(JSON.stringify(value, (name, each: unknown) => (name === field ? undefined : each)));
}

/** What the model was sent, without the marks of the cache. */
function sent(body: MessagesBody | undefined) {
  const { system, messages, tools } = body ?? {};
  return without({ system, messages, tools }, "cache_control");
}

/** An answer that has reached its limit. */
function cut(...chunks: Chunk[]) {
  return reply({ blocks: [textBlock("", { chunks })], stopReason: "max_tokens" });
}

async function startWorker(): Promise<EngineSession> {
  const worker = await claude().engine.startWorker(CHAT_KIND, NEVER);
  onTestFinished(() => worker.close());
  return worker;
}

/** An engine whose processes are reached through connections that do something else than the real ones. */
function engineWith(
  changed: (connection: ClaudeConnection, live: LiveClaude) => Partial<ClaudeConnection>,
): ClaudeEngine {
  const { environment, transcriptFolder } = claude();
  const options = {
    environment,
    upstreamRetries: 0,
    hasWorkers: true,
    transcriptFolder,
    clock: Date.now,
    logger: SILENT_LOGGER,
  };
  const launcher = new SdkLauncher(options, SILENT_LOGGER);
  const wrapped: ClaudeLauncher = {
    name: launcher.name,
    capabilities: launcher.capabilities,
    start: (...asked) => launcher.start(...asked),
    startAtPipe: (...asked) => launcher.startAtPipe(...asked),
    startWorker: async (...asked) => {
      const live = await launcher.startWorker(...asked);
      const changes = changed(live.connection, live);
      const connection = new Proxy(live.connection, {
        get: (target, name) => {
          const value: unknown = Reflect.get(name in changes ? changes : target, name);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
      return { ...live, connection };
    },
    describeAccount: (signal) => launcher.describeAccount(signal),
    close: () => launcher.close(),
  };
  const engine = new ClaudeEngine(options, wrapped);
  onTestFinished(() => engine.close());
  return engine;
}

describe("a worker", () => {
  test("sends the conversation that it is given and nothing else, and forgets it", async () => {
    const { model } = claude();
    const worker = await startWorker();
    expect(model.requests).toEqual([]);
    const tools = {
      list: [
        { name: "Bash", description: "ours", inputSchema: { type: "object", properties: { "a-b.c": {} } } },
        { name: "ToolSearch", inputSchema: { type: "object" } },
      ],
      choice: { type: "auto" },
      isParallel: true,
    } as const;
    model.respondWith([text("Hi."), text("Two.")]);
    const first = await runTurn(
      worker,
      say("secret of one", { systemText: "Be brief.", instructions: "Our own text." }, { tools }),
    );
    expect(textOf(first)).toBe("Hi.");
    await runTurn(worker, say("/clear @/etc/passwd"));
    const [one, two] = model.requests;
    expect(sent(one?.body)).toEqual({
      system: [{ type: "text", text: "Our own text.\n\nBe brief." }],
      messages: [{ role: "user", content: [{ type: "text", text: "secret of one" }] }],
      tools: [
        { name: "Bash", description: "ours", input_schema: { type: "object", properties: { "a-b.c": {} } } },
        { name: "ToolSearch", input_schema: { type: "object" } },
      ],
    });
    expect(sent(two?.body)).toEqual({
      system: [],
      messages: [{ role: "user", content: [{ type: "text", text: "/clear @/etc/passwd" }] }],
      tools: [],
    });
    expect(worker.canContinue).toBe(true);
  });

  test("goes on with a history: what was sent stays the beginning of what is sent, thinking included", async () => {
    const { model } = claude();
    const worker = await startWorker();
    const name = "claude-sonnet-5-5";
    model.respondWith(({ body }) =>
      reply({ blocks: [thinking("Hm."), textBlock(`answer ${body.messages.length}`)] }),
    );
    let history = worker.givenHistory;
    for (const words of ["one", "two", "three", "four"]) {
      await runTurn(worker, say(words, { model: name, systemText: "Same.", history }));
      history = worker.givenHistory;
    }
    const bodies = model.requests.map(({ body }) => body);
    for (const [index, body] of bodies.slice(1).entries()) {
      const before = bodies[index]?.messages ?? [];
      expect(sent({ ...body, messages: body.messages.slice(0, before.length) })).toEqual(sent(bodies[index]));
    }
    expect(JSON.stringify(bodies.at(-1)).match(/"signature"/g)).toHaveLength(3);
    // Everything but the new words comes from the cache, which knows what stood before a mark.
    const marks = JSON.stringify(bodies.at(-1)).match(/"cache_control"/g);
    expect(marks).toHaveLength(3);
    // With another system text the thinking would be refused, so it is left out.
    await runTurn(worker, say("five", { model: name, systemText: "Other.", history }));
    expect(JSON.stringify(model.requests.at(-1)?.body)).not.toContain('"signature"');
  });

  test("sends the client's marks for the cache in place of ours, and forgets them", async () => {
    const { model } = claude();
    const worker = await startWorker();
    model.respondWith(() => text("ok"));
    const cache = { ttl: "1h" } as const;
    const list = [{ name: "look", inputSchema: { type: "object" }, cache }];
    const tools = { list, choice: { type: "auto" }, isParallel: true } as const;
    const spec = claude().chat({ model: MODEL, systemText: "Be brief.\n\nAnd kind.", instructions: "Ours." });
    const systemParts = [
      { type: "text", text: "Be brief.", cache },
      { type: "text", text: "And kind." },
    ] as const;
    const words = { type: "text", text: "one", cache: {} } as const;
    const whole = { spec, history: { entries: [] }, marked: { systemParts, cache: {} } };
    await runTurn(worker, turnInput([{ role: "user", content: [words] }], { whole, tools }));
    const body = model.requests.at(-1)?.body;
    expect(body?.system).toEqual([
      { type: "text", text: "Ours." },
      { type: "text", text: "Be brief.", cache_control: { type: "ephemeral", ttl: "1h" } },
      { type: "text", text: "And kind." },
    ]);
    expect(body && marksIn(body)).toEqual(["tools.0 1h", "system.1 1h", "messages.0.content.0", ""]);
    const { givenHistory: history } = worker;
    await runTurn(worker, say("two", { systemText: "Be brief.", history }));
    const next = model.requests.at(-1)?.body;
    expect(next && marksIn(next)).toEqual(["system.0", "messages.0.content.0", "messages.2.content.0"]);
  });

  test("takes each turn's model, sampling and choice of tool", async () => {
    const { model } = claude();
    const worker = await startWorker();
    const list = [{ name: "look", inputSchema: { type: "object" } }] as const;
    model.respondWith([
      reply({ blocks: [toolUse("look", { at: 1 }), toolUse("look", { at: 2 })] }),
      text("b"),
      text("c"),
    ]);
    const called = await runTurn(
      worker,
      say("a", {}, { tools: { list, choice: { type: "required" }, isParallel: true } }),
    );
    expect(called.at(-1)).toMatchObject({ type: "turn-end", reason: "tool-calls" });
    expect(called.filter(({ type }) => type === "tool-call-end")).toHaveLength(2);
    const sampling = { temperature: 0.5, maxOutputTokens: 100 };
    await runTurn(worker, say("b", { model: "claude-haiku-4-5" }, { sampling }));
    await runTurn(worker, say("c"));
    const fields = model.requests.map(({ body }) => [
      body.model,
      body["tool_choice"],
      body["temperature"],
      body["max_tokens"] === 100,
    ]);
    expect(fields).toEqual([
      [MODEL, { type: "any" }, undefined, false],
      ["claude-haiku-4-5", undefined, 0.5, true],
      [MODEL, undefined, undefined, false],
    ]);
    expect(model.probes).toEqual([]);
  });

  test("asks for no second answer where one was cut by its limit: it serves the next turn, or ends", async () => {
    const { model } = claude();
    const worker = await startWorker();
    // What it asks by itself goes to a dead end.
    model.respondWith([cut("too", pause(1500), " lo"), text("next")]);
    const events = await runTurn(worker, say("write"));
    expect(textOf(events)).toBe("too lo");
    expect(events.at(-1)).toMatchObject({ type: "turn-end", reason: "length" });
    expect(textOf(await runTurn(worker, say("and now?")))).toBe("next");
    expect(model.requests).toHaveLength(2);

    // An answer that comes at once leaves no time to tell it so.
    model.clear();
    model.respondWith([cut("too lo"), hang()]);
    expect((await runTurn(worker, say("write"))).at(-1)).toMatchObject({ reason: "length" });
    expect(worker.canContinue).toBe(false);
    await worker.exited;
    for (const { ended } of model.requests.slice(1)) expect((await ended).type).toBe("aborted");
  });

  test.each([
    ["an error of the API", () => httpError(400, { message: "No." })],
    ["a lost connection", () => reply({ blocks: [textBlock("", { chunks: ["half", reset()] })] })],
  ])("after %s nothing of the turn is left", async (_, fault) => {
    const { model } = claude();
    const worker = await startWorker();
    model.respondWith(fault);
    const failed = await runTurn(worker, say("the lost words"));
    expect(failed.at(-1)?.type).toBe("turn-error");
    expect(worker.canContinue).toBe(true);
    model.clear();
    model.respondWith(text("fine"));
    expect(textOf(await runTurn(worker, say("again")))).toBe("fine");
    expect(JSON.stringify(model.requests.at(-1)?.body)).not.toContain("the lost words");
  });

  test("stops when its client leaves, and serves the next one", async () => {
    const { model } = claude();
    const worker = await startWorker();
    const gate = new Gate();
    onTestFinished(() => gate.release());
    model.respondWith([reply({ blocks: [textBlock("", { chunks: ["one", gate, "two"] })] }), text("next")]);
    const left = new AbortController();
    const events = [];
    for await (const event of worker.runTurn(say("a"), NOBODY, left.signal)) {
      events.push(event);
      if (event.type === "text-delta") left.abort();
    }
    expect(events.at(-1)).toMatchObject({ type: "turn-error", error: { kind: "cancelled" } });
    expect((await model.requests[0]?.ended)?.type).toBe("aborted");
    expect(worker.canContinue).toBe(true);
    expect(textOf(await runTurn(worker, say("b")))).toBe("next");
    expect(JSON.stringify(model.requests.at(-1)?.body.messages)).not.toContain('"a"');
  });
});

describe("where Claude Code does not do what a worker needs", () => {
  test("the canary finds a process that sends its own request, before the model is asked", async () => {
    const engine = engineWith((connection) => ({
      // As where an organisation's policy switches the override off.
      applySettings: (settings) => {
        const { CLAUDE_CODE_EXTRA_BODY: _, ...env } = settings.env ?? {};
        return connection.applySettings({ ...settings, env });
      },
    }));
    expect(engine.hasWorkers(CHAT_KIND)).toBe(true);
    await expect(engine.startWorker(CHAT_KIND, NEVER)).rejects.toThrow(WorkersUnavailable);
    expect(engine.hasWorkers(CHAT_KIND)).toBe(false);
    expect(claude().model.requests).toEqual([]);
  });

  test.each([
    { when: "before it is asked", isAsked: false },
    { when: "while it is asked", isAsked: true },
  ])("one that dies as it starts, $when, proves nothing: another is started", async ({ isAsked }) => {
    let starts = 0;
    const engine = engineWith((connection, { process }) => {
      if (starts++ > 0) return {};
      if (!isAsked) process.kill();
      return {
        applySettings: async (settings) => {
          if (!isAsked) await process.exited;
          return connection.applySettings(settings);
        },
        next: () => {
          process.kill();
          return connection.next();
        },
      };
    });
    await expect(engine.startWorker(CHAT_KIND, NEVER)).rejects.toMatchObject({
      info: { kind: "engine-failed" },
    });
    expect(engine.hasWorkers(CHAT_KIND)).toBe(true);
    const worker = await engine.startWorker(CHAT_KIND, NEVER);
    claude().model.respondWith(text("one"));
    expect(textOf(await runTurn(worker, say("a")))).toBe("one");
  });

  test("no turn is run while it is in doubt whether the one before is forgotten", async () => {
    let rewinds = 0;
    const engine = engineWith((connection) => ({
      rewind: async (id) => (rewinds++ === 0 ? connection.rewind(id) : false),
    }));
    const worker = await engine.startWorker(CHAT_KIND, NEVER);
    claude().model.respondWith(text("one"));
    await runTurn(worker, say("a"));
    await expect(runTurn(worker, say("b"))).rejects.toThrow(ClaimRefused);
    await worker.exited;
    expect(claude().model.requests).toHaveLength(1);
  });

  test("there are none with a personal login", () => {
    const environment = { ANTHROPIC_API_KEY: "", CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-x" };
    expect(claude().engine.hasWorkers({ ...CHAT_KIND, environment })).toBe(false);
  });
});
