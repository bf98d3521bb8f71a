import * as fc from "fast-check";
import OpenAI from "openai";
import { expect, test } from "vitest";

import { extendState } from "../../src/core/turn/state-hash.ts";
import { TurnRecord } from "../../src/core/turn/turn-record.ts";
import type { TurnEvent } from "../../src/core/words/turn-event.ts";
import { isActivityId } from "../../src/protocols/responses/activity/activity-items.ts";
import { encodeResponseEvent } from "../../src/protocols/responses/output/encode-response-event.ts";
import { itemsOf } from "../../src/protocols/responses/items/kept-items.ts";
import { toMessages } from "../../src/protocols/responses/items/items-to-messages.ts";
import type { ResponseEvent, ResponseHead } from "../../src/protocols/responses/response-head.ts";
import { ResponseWriter } from "../../src/protocols/responses/output/response-writer.ts";
import { eventsAfter, shortenRepeats } from "../../src/protocols/responses/stored-events.ts";
import type { WireItem } from "../../src/protocols/responses/responses-request.ts";
import { expectResponse, expectResponseStream } from "./expect-response.ts";
import { anyTurn, headWith } from "./response-turns.ts";

const MCP_SERVERS = [
  { label: "crm", url: "https://crm.example/", headers: {}, approval: { type: "list", always: ["ask"] } },
] as const;

const anyHead = fc
  .record({
    showsReasoning: fc.boolean(),
    showsActivity: fc.boolean(),
    isBackground: fc.boolean(),
    tellsAgent: fc.boolean(),
    asksClient: fc.boolean(),
    include: fc.subarray(["reasoning.encrypted_content", "web_search_call.action.sources"]),
    hostedTools: fc.subarray(["web_search", "shell", "code_interpreter"] as const),
  })
  .map(({ include, hostedTools, ...head }) =>
    headWith({
      ...head,
      mcpServers: MCP_SERVERS,
      include: new Set(include),
      hostedTools: new Set(hostedTools),
    }),
  );

const USER = { type: "message", role: "user", content: "Hello" };

/** `silences`: after which of the turn's events nothing came for long. */
function run(head: ResponseHead, turn: readonly TurnEvent[], silences: readonly number[] = []) {
  const writer = new ResponseWriter(head, () => 2_000_000);
  const events = writer.start();
  const bodies = [writer.body];
  for (const [index, event] of turn.entries()) {
    events.push(...writer.of(event));
    if (silences.includes(index)) events.push(...writer.repeat());
    bodies.push(writer.body);
  }
  return { writer, events, bodies };
}

test("any turn is a valid stream that ends once with the object that a client gets afterwards", () => {
  fc.assert(
    fc.property(anyHead, anyTurn, fc.array(fc.nat(20)), (head, turn, silences) => {
      const { writer, events, bodies } = run(head, turn, silences);
      const { response } = expectResponseStream(events);
      expect(response).toEqual(writer.body);
      expect(eventsAfter(shortenRepeats(events), -1)).toEqual(events);
      for (const body of bodies) expectResponse(body);
      expect(writer.of({ type: "text-delta", text: "more" })).toEqual([]);
      expect([...writer.cancel(), ...writer.fail({ kind: "internal", message: "" })]).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test("a stream that is cancelled or fails anywhere is valid, too", () => {
  fc.assert(
    fc.property(anyHead, anyTurn, fc.nat(20), fc.boolean(), (head, turn, after, isCancelled) => {
      const { writer, events } = run(head, turn.slice(0, Math.min(after, turn.length - 1)));
      events.push(
        ...(isCancelled ? writer.cancel() : writer.fail({ kind: "engine-failed", message: "It broke." })),
      );
      const { response } = expectResponseStream(events);
      expect(response.status).toBe(isCancelled ? "cancelled" : "failed");
      expect(response).toEqual(writer.body);
    }),
    { numRuns: 200 },
  );
});

test("items that come back are the answer that the turn was recorded with", () => {
  fc.assert(
    fc.property(anyHead, anyTurn, (head, turn) => {
      const { writer } = run(head, turn);
      const record = new TurnRecord(() => 0);
      for (const event of turn) if (event.type !== "turn-start") record.add(event);
      const items = itemsOf({ input: [USER], body: writer.body });
      fc.pre(turn.at(-1)?.type === "turn-end");
      const outputs = items.flatMap(outputOf);
      const { messages } = toMessages([...items, ...outputs], { unseal: () => undefined });
      const answers = messages.slice(1, 2);
      expect(extendState("", answers), JSON.stringify(answers)).toBe(extendState("", [record.answer]));
    }),
    { numRuns: 300 },
  );
});

test("the openai package puts any stream together as it is", async () => {
  await fc.assert(
    fc.asyncProperty(anyHead, anyTurn, async (head, turn) => {
      const { writer, events } = run({ ...head, tellsAgent: false }, turn);
      const stream = clientOf(events).responses.stream({ model: "claude", input: "Hello" });
      if (events.some(({ type }) => type === "error")) {
        await expect(stream.finalResponse()).rejects.toThrow("It did not work.");
        return;
      }
      const { output_text: text, ...response } = await stream.finalResponse();
      expect(withoutParsed(response)).toEqual(JSON.parse(JSON.stringify(writer.body)));
      const shown = response.output.flatMap((item) =>
        item.type === "message"
          ? item.content.map((part) => (part.type === "output_text" ? part.text : ""))
          : [],
      );
      expect(text).toBe(shown.join(""));
    }),
    { numRuns: 100 },
  );
});

/** What a client sends back for a call of its own tools. */
function outputOf(item: WireItem): readonly WireItem[] {
  const { type, call_id: callId, status } = item;
  // A call that was cut was never made.
  if (status === "incomplete") return [];
  if (!type.endsWith("_call") || typeof callId !== "string" || isActivityId(callId)) return [];
  return [{ type: `${type}_output`, call_id: callId, status: "completed", output: "done" }];
}

/** A client whose server answers with these events. */
function clientOf(events: readonly ResponseEvent[]): OpenAI {
  return new OpenAI({
    apiKey: "none",
    baseURL: "http://127.0.0.1:1/v1",
    maxRetries: 0,
    fetch: () =>
      Promise.resolve(
        new Response(events.map(encodeResponseEvent).join(""), {
          headers: { "content-type": "text/event-stream" },
        }),
      ),
  });
}

/** Without what the package adds for structured output. */
function withoutParsed(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, each: unknown) =>
      key === "parsed" || key === "parsed_arguments" || key === "output_parsed" ? undefined : each,
    ),
  );
}
