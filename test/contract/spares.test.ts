import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { ClaimRefused } from "../../src/core/ports/engine-session.ts";
import { text } from "../../src/demo/build-reply.ts";
import { conversationOf, systemPromptOf } from "../upstream/read-request.ts";
import { runTurn, say, shareClaude, startSpare, textOf } from "./share-claude.ts";

const claude = shareClaude();

describe("a spare", () => {
  test("takes model, system text, folder and sampling when it is claimed", async () => {
    const { engine, model, chat, folder } = claude();
    const elsewhere = join(folder, "elsewhere");
    await mkdir(elsewhere);
    const spare = await startSpare(engine, chat().kind);
    const session = spare.claim(
      chat({ workspace: elsewhere, model: "claude-opus-5", systemText: "Be brief." }),
      say("hello"),
    );
    model.respondWith(text("Good day."));
    expect(textOf(await runTurn(session, say("hello", { maxOutputTokens: 321 })))).toBe("Good day.");
    const [request, ...others] = model.requests;
    expect(request?.body).toMatchObject({ model: "claude-opus-5", max_tokens: 321 });
    expect(systemPromptOf(await model.waitForRequest(1))).toBe("Be brief.");
    expect(conversationOf(await model.waitForRequest(1))).toEqual([{ role: "user", content: "hello" }]);
    expect(JSON.stringify(request?.body.messages)).toContain(`working directory: ${elsewhere}`);
    // Neither the claim nor the model's name costs a request.
    expect([others, model.probes]).toEqual([[], []]);
    await session.close();
  });

  test("of Claude Code's own prompt has the client's text after it", async () => {
    const { engine, model, agent } = claude();
    const spare = await startSpare(engine, agent().kind);
    const session = spare.claim(agent({ systemText: "Be brief." }), say("hello"));
    await runTurn(session, "hello");
    const prompt = systemPromptOf(await model.waitForRequest(1));
    expect(prompt).toMatch(/Be brief\.\s*$/);
    expect(prompt.length).toBeGreaterThan(5_000);
    await session.close();
  });

  test("refuses a folder whose settings change what is fixed at the start, before anything reaches the model", async () => {
    const { engine, start, model, agent, folder } = claude();
    const particular = join(folder, "particular");
    await mkdir(join(particular, ".claude"), { recursive: true });
    await writeFile(
      join(particular, ".claude/settings.json"),
      JSON.stringify({ env: { GREETING: "hello" } }),
    );
    const kind = { ...agent().kind, settingSources: ["user", "project"] as const };
    const spec = agent({ workspace: particular, kind });
    const spare = await startSpare(engine, kind);
    const session = spare.claim(spec, say("hello"));
    const turn = runTurn(session, "hello");
    await expect(turn).rejects.toBeInstanceOf(ClaimRefused);
    await expect(turn).rejects.toMatchObject({ isLasting: true });
    expect(model.requests).toEqual([]);
    await session.close();

    // A process of its own takes that folder.
    const own = await start(spec);
    expect((await runTurn(own, "hello")).at(-1)?.type).toBe("turn-end");
    await own.close();
  });

  test("that is dead when it is claimed refuses, but not for good", async () => {
    const { engine, chat } = claude();
    const spare = await startSpare(engine, chat().kind);
    process.kill(spare.processId ?? 0, "SIGKILL");
    // Its end has not been noticed yet.
    const refused = async () => runTurn(spare.claim(chat(), say("hello")), "hello");
    await expect(refused()).rejects.toMatchObject({ name: "ClaimRefused", isLasting: false });
    expect(await spare.exited).toEqual({ code: null, signal: "SIGKILL" });
  });

  test("that is known to be dead cannot be claimed", async () => {
    const { engine, chat } = claude();
    const spare = await startSpare(engine, chat().kind);
    process.kill(spare.processId ?? 0, "SIGKILL");
    await spare.exited;
    expect(() => spare.claim(chat(), say("hello"))).toThrow();
  });

  test("that nobody claims ends when it is closed", async () => {
    const { engine, chat } = claude();
    const spare = await startSpare(engine, chat().kind);
    await spare.close();
    expect(await spare.exited).toBeDefined();
  });
});
