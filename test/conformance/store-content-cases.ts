import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { StoreBed } from "./store-bed.ts";
import { ALICE, conversation, message, newTurn, outcome, turnId } from "./store-fixtures.ts";

export function describeContent(bed: StoreBed): void {
  describe("content", () => {
    test("of any unicode comes back exactly", async () => {
      const texts = [
        "",
        "\0",
        "a\0b",
        "\u{D800}",
        "x\u{DFFF}\u{D83D}",
        "😀",
        "\u{FFFF}\r\n\u2028",
        `\\"\\u0000'`,
      ];
      for (const [index, text] of texts.entries()) {
        const each = conversation(`c${index}`, {
          name: `name ${text}`,
          systemText: text,
          model: `m${text}`,
        });
        const input = [message("user", text), message("system", text)];
        await bed.store.beginTurn(each, newTurn(`t${index}`, each, { input }));
        const end = outcome({
          answer: message("assistant", text),
          transcript: [{ role: "user", content: text }],
        });
        await bed.store.finishTurn(turnId(`t${index}`), end);

        expect(await bed.store.findConversation(ALICE, `name ${text}`)).toMatchObject({
          name: `name ${text}`,
          systemText: text,
          model: `m${text}`,
        });
        expect(await bed.store.loadLineage(ALICE, turnId(`t${index}`))).toEqual([
          { ...newTurn(`t${index}`, each, { input }), ...end },
        ]);
      }
      expect(await bed.store.findConversation(ALICE, "a\0b")).toBeUndefined();
    });

    test("as random text and JSON comes back exactly", async () => {
      let count = 0;
      const text = fc.string({ unit: "binary" });
      await fc.assert(
        fc.asyncProperty(text, fc.array(fc.jsonValue()), async (systemText, content) => {
          const each = conversation(`c${++count}`, { systemText });
          const end = outcome({
            transcript: [{ role: "assistant", content: withoutNegativeZero(content) }],
          });
          await bed.store.beginTurn(each, newTurn(`t${count}`, each));
          await bed.store.finishTurn(turnId(`t${count}`), end);
          expect((await bed.store.findConversation(ALICE, `c${count}`))?.systemText).toBe(systemText);
          const line = await bed.store.loadLineage(ALICE, turnId(`t${count}`));
          expect(line?.[0]?.transcript).toEqual(end.transcript);
        }),
        { numRuns: 50 },
      );
    });

    test("of five megabytes is fine", async () => {
      const first = conversation("c1", { systemText: "s".repeat(1_000_000) });
      const input = [message("user", "né\n".repeat(1_700_000))];
      const end = outcome({ answer: message("assistant", "x".repeat(5_000_000)), stateHash: "s" });
      await bed.store.beginTurn(first, newTurn("t1", first, { input }));
      await bed.store.finishTurn(turnId("t1"), end);
      expect(await bed.store.findTurnByState(ALICE, "s")).toEqual({
        ...newTurn("t1", first, { input }),
        ...end,
      });
    });

    test("older than the retention goes, the record stays", async () => {
      const first = conversation("c1");
      await bed.runTurn("t1", first, undefined, { endedAt: 3_000 });
      await bed.runTurn("t2", first, "t1", { endedAt: 4_000 });
      const old = conversation("c2");
      await bed.runTurn("t3", old, undefined, { endedAt: 3_000 });
      await bed.store.purgeContent(4_000);

      expect(await bed.lineIds("t2")).toBeUndefined();
      expect(await bed.store.findTurnByState(ALICE, "state of t1")).toBeUndefined();
      expect((await bed.store.findTurnByState(ALICE, "state of t2"))?.id).toBe("t2");
      const { answer: _answer, transcript: _transcript, ...kept } = outcome({ endedAt: 3_000 });
      expect((await bed.store.listTurns(ALICE, first.id))[0]).toEqual({
        ...newTurn("t1", first, { input: [] }),
        ...kept,
      });
      expect((await bed.store.findConversation(ALICE, "c1"))?.systemText).toBe("Be brief.");
      expect(await bed.store.findConversation(ALICE, "c2")).toEqual({
        ...old,
        systemText: "",
        headTurnId: "t3",
        headStateHash: "state of t3",
        updatedAt: 3_000,
      });
    });

    test("of many turns is purged in one call, that of running turns is not", async () => {
      const first = conversation("c1");
      for (let index = 0; index < 120; index++) await bed.runTurn(`t${index}`, first);
      await bed.store.beginTurn(first, newTurn("running", first));
      await bed.store.purgeContent(Number.MAX_SAFE_INTEGER);

      expect(await bed.lineIds("t0")).toBeUndefined();
      expect(await bed.lineIds("t119")).toBeUndefined();
      expect(await bed.lineIds("running")).toEqual(["running"]);
      await bed.store.failAbandonedTurns(9_000);
      await bed.store.purgeContent(9_001);
      expect(await bed.lineIds("running")).toBeUndefined();
    });

    test("is never written when nothing is to be kept", async () => {
      const none = await bed.openNew({ content: "none" });
      const first = conversation("c1", { name: "trip" });
      const end = outcome({ stateHash: "s" });
      await none.beginTurn(first, newTurn("t1", first));
      await none.finishTurn(turnId("t1"), end);

      expect(await none.findTurnByState(ALICE, "s")).toBeUndefined();
      expect(await none.loadLineage(ALICE, turnId("t1"))).toBeUndefined();
      expect(await none.findConversation(ALICE, "trip")).toEqual({
        ...first,
        systemText: "",
        headTurnId: "t1",
        headStateHash: "s",
        updatedAt: end.endedAt,
      });
      const { answer: _answer, transcript: _transcript, stateHash: _stateHash, ...kept } = end;
      expect(await none.listTurns(ALICE, first.id)).toEqual([
        { ...newTurn("t1", first, { input: [] }), ...kept },
      ]);
      expect(await none.deleteConversation(ALICE, first.id)).toBe(true);
      await none.close();
    });
  });
}

/** JSON has no negative zero. */
function withoutNegativeZero(content: readonly unknown[]): readonly unknown[] {
  return JSON.parse(JSON.stringify(content));
}
