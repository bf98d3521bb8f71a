import { expect, test } from "vitest";

import { EVERY_CAPABILITY, type EngineAccount } from "../../src/core/ports/engine.ts";
import { text } from "../../src/demo/build-reply.ts";
import { ScriptedEngine } from "../engine/scripted-engine.ts";
import { ask, assistant, user } from "./ask.ts";
import { expectError } from "./expect-error.ts";
import { startTurnpike, type TurnpikeOptions } from "./start-turnpike.ts";

/** The model `local` is served by an engine of the test's own, all others by Claude Code through the Agent SDK. */
const LOCAL = {
  engine: "scripted",
  model: "small",
  systemPrompt: "client",
  builtinTools: "off",
  permissionMode: "dontAsk",
  settingSources: [],
} as const;

class LocalEngine extends ScriptedEngine {
  account: EngineAccount = { isLoggedIn: true, source: "a file", models: [] };

  constructor() {
    super("scripted");
    // Engines need not have spares.
    delete this.startSpare;
  }

  override describeAccount(): Promise<EngineAccount> {
    return Promise.resolve(this.account);
  }

  override resolveModel(model: string): string {
    return model === "small" ? "claude-haiku-4-5" : model;
  }
}

/** A server with both engines. */
async function start({ account, ...options }: TurnpikeOptions & { readonly account?: EngineAccount } = {}) {
  const local = new LocalEngine();
  if (account) local.account = account;
  const turnpike = await startTurnpike({
    configFile: { profiles: { local: LOCAL } },
    engines: { scripted: () => local },
    ...options,
  });
  return { turnpike, local };
}

test("each profile's turns run on its engine, and each conversation goes on there", async () => {
  const { turnpike, local } = await start({ spares: 1 });
  const { upstream } = turnpike;
  upstream.respondWith(text("Hello from Claude."));
  const first = [user("hello")];
  const ofSdk = await ask(turnpike, first, { model: "sonnet" });
  const ofLocal = await ask(turnpike, first, { model: "local" });
  expect([ofSdk.text, ofLocal.text]).toEqual(["Hello from Claude.", "You said: hello"]);
  expect([ofSdk.placement, ofLocal.placement]).toEqual(["spare", "cold"]);

  upstream.respondWith(text("Again from Claude."));
  const again = (answer: string) => [...first, assistant(answer), user("and again")];
  const [sdkAgain, localAgain] = await Promise.all([
    ask(turnpike, again(ofSdk.text), { model: "sonnet" }),
    ask(turnpike, again(ofLocal.text), { model: "local" }),
  ]);
  expect([sdkAgain.text, localAgain.text]).toEqual(["Again from Claude.", "You said: and again"]);
  expect([sdkAgain.placement, localAgain.placement]).toEqual(["hot", "hot"]);
  expect([sdkAgain.conversation, localAgain.conversation]).toEqual([
    ofSdk.conversation,
    ofLocal.conversation,
  ]);

  // Only the turns of the one have reached the model's API, and only those of the other its engine.
  expect(upstream.requests).toHaveLength(2);
  expect(local.sessions.map(({ prompts }) => prompts)).toEqual([["hello", "and again"]]);
});

test("what goes on after its process is gone is resumed on the same engine, from its record", async () => {
  const { turnpike, local } = await start();
  const { text: answer } = await ask(turnpike, "remember 17", { model: "local", conversation: "numbers" });
  local.sessions[0]?.process.kill();
  await turnpike.until(({ sessions }) => sessions.idle + sessions.busy === 0);
  const resumed = await ask(turnpike, "which number?", { model: "local", conversation: "numbers" });
  expect(resumed).toMatchObject({ placement: "resumed", text: "You said: which number?" });
  expect(local.sessions[1]?.history).toEqual([
    { role: "user", content: "remember 17" },
    { role: "assistant", content: [{ type: "text", text: answer }] },
  ]);
  expect(turnpike.upstream.requests).toHaveLength(0);
});

test("spares are kept for the engine that has them", async () => {
  const { turnpike, local } = await start({ spares: 1 });
  const { spares } = turnpike.health();
  expect(spares.ready).toBe(spares.limit);
  expect(spares.ready).toBeGreaterThan(0);
  expect(local.processes).toEqual([]);
});

test("the models and the health tell of both", async () => {
  const { turnpike } = await start();
  const { openai, fetch } = turnpike;
  const ids = (await Array.fromAsync(openai.models.list())).map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(["sonnet", "claude-code", "local"]));
  // What a name stands for is asked of the profile's engine.
  expect(await openai.models.retrieve("local")).toMatchObject({
    id: "local",
    claude: { profile: "local", model: "small", resolved_model: "claude-haiku-4-5" },
  });
  const health: unknown = await (await fetch("/health")).json();
  expect(health).toMatchObject({
    status: "ready",
    engine: { name: "sdk", isLoggedIn: true, credentialSource: "ANTHROPIC_API_KEY" },
    engines: [
      { name: "sdk", status: "ready", isLoggedIn: true },
      { name: "scripted", status: "ready", isLoggedIn: true, credentialSource: "a file" },
    ],
  });
});

test("an engine without a login refuses its own turns only", async () => {
  const { turnpike } = await start({ account: { isLoggedIn: false, source: "none", models: [] } });
  turnpike.upstream.respondWith(text("Hello."));
  expect(await ask(turnpike, "hello", { model: "sonnet" })).toMatchObject({ text: "Hello." });
  const refused = await turnpike.post({ model: "local", messages: [user("hello")] });
  await expectError(refused, {
    status: 503,
    type: "server_error",
    code: "not_logged_in",
    message: /not logged in/,
  });
  expect(turnpike.health()).toMatchObject({
    status: "ready",
    engines: [
      { status: "ready" },
      { status: "not-ready", problem: expect.stringContaining("not logged in") },
    ],
  });
});

test("what an engine cannot do is refused in words that name it, and reaches nobody", async () => {
  const { turnpike, local } = await start();
  local.capabilities = { ...EVERY_CAPABILITY, clientTools: false, builtinTools: false };
  const tool = { type: "function", function: { name: "look", parameters: { type: "object" } } };
  const messages = [user("hello")];
  const refused = await turnpike.post({ model: "local", messages, tools: [tool] });
  await expectError(refused, {
    status: 400,
    type: "invalid_request_error",
    code: null,
    param: "tools",
    message: /scripted/,
  });
  expect(local.sessions).toEqual([]);
  turnpike.upstream.respondWith(text("No need to look."));
  const taken = await turnpike.post({ model: "sonnet", messages, tools: [tool] });
  expect(taken.status).toBe(200);
});
