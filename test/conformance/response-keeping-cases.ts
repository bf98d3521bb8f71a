import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { EVENTS, keptResponse } from "./response-fixtures.ts";
import type { ResponseBed } from "./response-store.ts";
import { ALICE, BOB } from "./store-fixtures.ts";

export function describeResponseKeeping(bed: ResponseBed): void {
  describe("a response", () => {
    test("comes back as it was kept, also after a restart", async () => {
      const plain = keptResponse("r1");
      const rich = keptResponse("r2", {
        status: "queued",
        isBackground: true,
        hasStream: true,
        previousId: "r1",
      });
      await bed.store.responses.createResponse(plain);
      await bed.store.responses.createResponse(rich);
      await bed.reopen();
      expect(bed.store.responses.isEnabled).toBe(true);
      expect(await bed.store.responses.findResponse(ALICE, "r1")).toEqual(plain);
      expect(await bed.store.responses.findResponse(ALICE, "r2")).toEqual(rich);
    });

    test("gets another status and body, and the events of its stream", async () => {
      const { responses } = bed.store;
      const kept = keptResponse("r1", { hasStream: true });
      await responses.createResponse(kept);
      expect(await responses.loadEvents(ALICE, "r1")).toBeUndefined();
      const body = { id: "r1", output: [{ type: "message" }] };
      await responses.updateResponse("r1", { status: "completed", body, events: EVENTS });
      expect(await responses.findResponse(ALICE, "r1")).toEqual({ ...kept, status: "completed", body });
      expect(await responses.loadEvents(ALICE, "r1")).toEqual(EVENTS);
      await responses.updateResponse("r1", { status: "failed", body, events: EVENTS.slice(0, 1) });
      expect(await responses.loadEvents(ALICE, "r1")).toEqual(EVENTS.slice(0, 1));
    });

    test("that had no stream has no events", async () => {
      const { responses } = bed.store;
      await responses.createResponse(keptResponse("r1"));
      await responses.updateResponse("r1", { status: "completed", body: {}, events: EVENTS });
      expect(await responses.loadEvents(ALICE, "r1")).toBeUndefined();
    });

    test("of any unicode comes back", async () => {
      let count = 0;
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
          const kept = keptResponse(`r${++count}${text}`, {
            hasStream: true,
            body: { text },
            input: [{ text }],
          });
          await bed.store.responses.createResponse(kept);
          expect(await bed.store.responses.findResponse(ALICE, kept.id)).toEqual(kept);
          await bed.store.responses.updateResponse(kept.id, {
            status: "completed",
            body: { text },
            events: [{ text }],
          });
          expect(await bed.store.responses.loadEvents(ALICE, kept.id)).toEqual([{ text }]);
        }),
        { numRuns: 30 },
      );
    });

    test("may hold megabytes and thousands of events", async () => {
      const { responses } = bed.store;
      const body = { text: "né\n".repeat(1_700_000) };
      const events = Array.from({ length: 20_000 }, (_, index) => ({
        sequence_number: index,
        delta: "word ",
      }));
      await responses.createResponse(keptResponse("r1", { hasStream: true, input: [body] }));
      await responses.updateResponse("r1", { status: "completed", body, events });
      expect(await responses.findResponse(ALICE, "r1")).toMatchObject({ body, input: [body] });
      expect(await responses.loadEvents(ALICE, "r1")).toEqual(events);
    });

    test("belongs to one principal only", async () => {
      const { responses } = bed.store;
      await responses.createResponse(keptResponse("r1", { hasStream: true }));
      await responses.updateResponse("r1", { status: "completed", body: {}, events: EVENTS });
      expect(await responses.findResponse(BOB, "r1")).toBeUndefined();
      expect(await responses.loadChain(BOB, "r1")).toBeUndefined();
      expect(await responses.loadEvents(BOB, "r1")).toBeUndefined();
      expect(await responses.deleteResponse(BOB, "r1")).toBe(false);
      expect(await responses.findResponse(ALICE, "r1")).toBeDefined();
    });

    test("is gone with its events when it is deleted, and no end brings it back", async () => {
      const { responses } = bed.store;
      await responses.createResponse(keptResponse("r1", { hasStream: true }));
      await responses.updateResponse("r1", { status: "completed", body: {}, events: EVENTS });
      expect(await responses.deleteResponse(ALICE, "r1")).toBe(true);
      expect(await responses.deleteResponse(ALICE, "r1")).toBe(false);
      await responses.updateResponse("r1", { status: "completed", body: {}, events: EVENTS });
      expect(await responses.findResponse(ALICE, "r1")).toBeUndefined();
      expect(await responses.loadEvents(ALICE, "r1")).toBeUndefined();
    });

    test("is not found by an id that no database would take", async () => {
      const { responses } = bed.store;
      for (const id of ["a\0b", "\u{D800}", "'; --", ""]) {
        expect(await responses.findResponse(ALICE, id)).toBeUndefined();
        expect(await responses.loadChain(ALICE, id)).toBeUndefined();
        expect(await responses.loadEvents(ALICE, id)).toBeUndefined();
        expect(await responses.deleteResponse(ALICE, id)).toBe(false);
      }
    });
  });

  describe("retention of responses", () => {
    test("deletes what is older, with its events, however much", async () => {
      const { responses } = bed.store;
      for (let index = 0; index < 120; index++) {
        await responses.createResponse(keptResponse(`old${index}`, { createdAt: 1_999, hasStream: true }));
        await responses.updateResponse(`old${index}`, { status: "completed", body: {}, events: EVENTS });
      }
      await responses.createResponse(keptResponse("new", { createdAt: 2_000 }));
      await bed.store.purgeContent(2_000);
      expect(await responses.findResponse(ALICE, "old0")).toBeUndefined();
      expect(await responses.findResponse(ALICE, "old119")).toBeUndefined();
      expect(await responses.loadEvents(ALICE, "old119")).toBeUndefined();
      expect(await responses.findResponse(ALICE, "new")).toBeDefined();
      await responses.purgeContent(2_001);
      expect(await responses.findResponse(ALICE, "new")).toBeUndefined();
    });

    test("of nothing writes nothing and deletes what was kept", async () => {
      await bed.store.responses.createResponse(keptResponse("r1"));
      await bed.reopen({ content: "none" });
      const { responses } = bed.store;
      expect(responses.isEnabled).toBe(false);
      await responses.createResponse(keptResponse("r2"));
      await responses.updateResponse("r2", { status: "completed", body: {} });
      expect(await responses.findResponse(ALICE, "r2")).toBeUndefined();
      await bed.reopen();
      expect(await bed.store.responses.findResponse(ALICE, "r1")).toBeUndefined();
    });
  });
}
