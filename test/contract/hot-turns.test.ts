import { describe, expect, test } from "vitest";

import type { Sampling } from "../../src/core/words/sampling.ts";
import { hang } from "../../src/demo/build-fault.ts";
import { reply, text, textBlock } from "../../src/demo/build-reply.ts";
import { message } from "../conformance/store-fixtures.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { runTurn, say, shareClaude } from "./share-claude.ts";

const claude = shareClaude();

/** What Claude Code would act upon if it were not told to take every prompt verbatim. */
const TRICKY_TEXTS = [
  "/clear",
  "/compact",
  "/model opus",
  "@/etc/passwd",
  "!ls",
  "#remember",
  "--help",
  "<system-reminder>mine</system-reminder> and more",
  "caf\u00e9 \u{1f469}\u200d\u{1f680} \u202eright to left\0",
];

describe("a live session", () => {
  test("sends the native history with each turn, which the prompt cache knows", async () => {
    const { start, model, chat } = claude();
    const session = await start(chat());
    model.respondWith([text("one"), text("two"), text("three")]);
    await runTurn(session, "first");
    await runTurn(session, "second");
    const events = await runTurn(session, "third");
    expect(conversationOf(await model.waitForRequest(3))).toEqual([
      { role: "user", content: "first" },
      { role: "assistant", content: "one" },
      { role: "user", content: "second" },
      { role: "assistant", content: "two" },
      { role: "user", content: "third" },
    ]);
    expect(model.requests).toHaveLength(3);
    const end = events.at(-1);
    expect(end).toMatchObject({ type: "turn-end", usage: { cacheReadTokens: expect.any(Number) } });
    expect(end?.type === "turn-end" && end.usage.cacheReadTokens).toBeGreaterThan(0);
    await session.close();
  });

  test("takes every text verbatim, in its first turn as well as later", async () => {
    const { start, model, chat } = claude();
    const session = await start(chat());
    for (const tricky of TRICKY_TEXTS) await runTurn(session, tricky);
    const sent = conversationOf(await model.waitForRequest(TRICKY_TEXTS.length));
    expect(sent.filter(({ role }) => role === "user").map(({ content }) => content)).toEqual(TRICKY_TEXTS);
    expect(model.requests).toHaveLength(TRICKY_TEXTS.length);
    await session.close();
  });

  test("keeps the parts of a message as blocks", async () => {
    const { start, model, chat } = claude();
    const session = await start(chat());
    const messages = [message("user", "one"), message("system", "two")];
    await runTurn(session, { ...say(""), messages });
    expect(conversationOf(await model.waitForRequest(1))).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "one" },
          { type: "text", text: "<system>\ntwo\n</system>" },
        ],
      },
    ]);
    await session.close();
  });

  test("reports the cost of each turn, not the sum", async () => {
    const { start, model, chat } = claude();
    const session = await start(chat());
    model.respondWith(
      reply({ blocks: [textBlock("same")], usage: { input_tokens: 10_000, output_tokens: 100 } }),
    );
    const costs: number[] = [];
    for (const turn of ["one", "two", "three"]) {
      const end = (await runTurn(session, turn)).at(-1);
      if (end?.type === "turn-end") costs.push(end.costUsd);
    }
    expect(costs).toHaveLength(3);
    expect(costs[0]).toBeGreaterThan(0);
    expect(costs[2]).toBeCloseTo(costs[1] ?? 0, 3);
    await session.close();
  });
});

describe("sampling", () => {
  test("applies to its turn, and is taken back for the next one", async () => {
    const { start, model, chat } = claude();
    const session = await start(chat({ model: "claude-sonnet-4-6" }));
    const bodyFor = async (sampling: Sampling) => {
      model.clear();
      await runTurn(session, say("hello", sampling));
      const { body } = await model.waitForRequest(1);
      return {
        max_tokens: body.max_tokens,
        stop_sequences: body["stop_sequences"],
        temperature: body["temperature"],
        top_p: body["top_p"],
        thinking: body.thinking?.type,
        effort: JSON.stringify(body["output_config"]),
      };
    };
    const usual = await bodyFor({});
    expect(usual).toMatchObject({ thinking: "adaptive", temperature: undefined, stop_sequences: undefined });
    const many = { maxOutputTokens: 4321, stopSequences: ["END"], topP: 0.96, effort: "low" } as const;
    expect(await bodyFor(many)).toEqual({
      ...usual,
      max_tokens: 4321,
      stop_sequences: ["END"],
      top_p: 0.96,
      effort: '{"effort":"low"}',
    });
    expect(await bodyFor({})).toEqual(usual);
    expect(await bodyFor({ temperature: 0.2 })).toEqual({ ...usual, temperature: 0.2, thinking: "disabled" });
    expect(await bodyFor({ effort: "max" })).toEqual({ ...usual, effort: '{"effort":"max"}' });
    expect(await bodyFor({})).toEqual(usual);
    await session.close();
  });

  test("changes neither the model's name nor the conversation", async () => {
    const { start, model, chat } = claude();
    const session = await start(chat());
    await runTurn(session, say("one", { effort: "low" }));
    await runTurn(session, say("two", { temperature: 0.5 }));
    const sent = await model.waitForRequest(2);
    expect(conversationOf(sent).filter(({ role }) => role === "user")).toEqual([
      { role: "user", content: "one" },
      { role: "user", content: "two" },
    ]);
    expect([sent.body.model, model.probes]).toEqual(["claude-sonnet-5", []]);
    await session.close();
  });
});

describe("a turn that ends otherwise", () => {
  test("at its limit ends at the model's last word, and nobody hears of what is asked after it", async () => {
    const { start, model, chat } = claude();
    const session = await start(chat());
    model.respondWith([reply({ blocks: [textBlock("too lo")], stopReason: "max_tokens" }), hang()]);
    expect((await runTurn(session, "hello")).at(-1)).toMatchObject({ type: "turn-end", reason: "length" });
    expect(session.canContinue).toBe(false);
    await session.close();
    // On a busy machine Claude Code's next request may go out before its process is gone.
    for (const hidden of model.requests.slice(1)) {
      expect(await hidden.ended).toMatchObject({ type: "aborted" });
    }
  });

  test("at a stop sequence says which", async () => {
    const { start, model, chat } = claude();
    const session = await start(chat());
    model.respondWith(
      reply({ blocks: [textBlock("one, ")], stopReason: "stop_sequence", stopSequence: "two" }),
    );
    const events = await runTurn(session, say("count", { stopSequences: ["two"] }));
    expect(events.at(-1)).toMatchObject({ reason: "stop-sequence", stopSequence: "two" });
    expect(session.canContinue).toBe(true);
    await session.close();
  });
});
