import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type {
  Conversation,
  ConversationStore,
  TurnOutcome,
} from "../../src/core/ports/conversation-store.ts";
import type { Retention } from "../../src/core/retention.ts";
import {
  ALICE,
  BOB,
  conversation,
  conversationId,
  message,
  newTurn,
  outcome,
  turnId,
} from "./store-fixtures.ts";
import { checkAgainstModel, storeHistory } from "./store-model.ts";

/** Opens one database: the first time new and empty, later as it was left. */
export type OpenStore = (retention?: Retention) => Promise<ConversationStore>;

const THREE_STATUSES = ["completed", "failed", "cancelled"] as const;

/** What every `ConversationStore` does. `createDatabase` gives each test a database of its own. */
export function describeConversationStore(
  name: string,
  createDatabase: () => Promise<OpenStore>,
  options: { readonly survivesClose: boolean },
): void {
  describe(`conversation store: ${name}`, () => {
    let open: OpenStore;
    let store: ConversationStore;

    beforeEach(async () => {
      open = await createDatabase();
      store = await open();
    });
    afterEach(() => store.close());

    /** Records a whole turn as the next one of a conversation. */
    async function runTurn(
      id: string,
      of: Conversation,
      parent?: string,
      changes: Partial<TurnOutcome> = {},
    ): Promise<void> {
      await store.beginTurn(
        of,
        newTurn(id, of, parent === undefined ? {} : { parentTurnId: turnId(parent) }),
      );
      await store.finishTurn(turnId(id), outcome({ stateHash: `state of ${id}`, ...changes }));
    }

    async function lineIds(id: string, principal = ALICE): Promise<string[] | undefined> {
      return (await store.loadLineage(principal, turnId(id)))?.map((turn) => turn.id);
    }

    describe("turns", () => {
      test("a turn that began is recorded with its conversation", async () => {
        const first = conversation("c1", { name: "trip" });
        await store.beginTurn(first, newTurn("t1", first));

        expect(await store.findConversation(ALICE, "trip")).toEqual(first);
        expect(await store.loadLineage(ALICE, turnId("t1"))).toEqual([
          { ...newTurn("t1", first), status: "running" },
        ]);
      });

      test("a completed turn is returned as it was recorded", async () => {
        const first = conversation("c1");
        const end = outcome({ stateHash: "s1" });
        await store.beginTurn(first, newTurn("t1", first));
        await store.finishTurn(turnId("t1"), end);

        const stored = { ...newTurn("t1", first), ...end };
        expect(await store.loadLineage(ALICE, turnId("t1"))).toEqual([stored]);
        expect(await store.findTurnByState(ALICE, "s1")).toEqual(stored);
        expect(await store.listTurns(ALICE, first.id)).toEqual([stored]);
      });

      test.each(["failed", "cancelled"] as const)(
        "a %s turn keeps usage, cost and timing and has no state",
        async (status) => {
          const first = conversation("c1");
          const end = outcome({ status, errorKind: "upstream-failed" });
          await store.beginTurn(first, newTurn("t1", first));
          await store.finishTurn(turnId("t1"), { ...end, stateHash: "s1" });

          expect(await store.loadLineage(ALICE, turnId("t1"))).toEqual([{ ...newTurn("t1", first), ...end }]);
          expect(await store.findTurnByState(ALICE, "s1")).toBeUndefined();
        },
      );

      test.each(THREE_STATUSES)("a %s turn moves the head only when it completed", async (status) => {
        const first = conversation("c1");
        await runTurn("t1", first);
        await runTurn("t2", first, "t1", { status, endedAt: 4_000 });

        const head = status === "completed" ? "t2" : "t1";
        expect(await store.findConversation(ALICE, "c1")).toEqual({
          ...first,
          headTurnId: head,
          headStateHash: `state of ${head}`,
          updatedAt: 4_000,
        });
      });

      test("a turn without an answer, a first token or a transcript is fine", async () => {
        const first = conversation("c1");
        const { answer: _answer, firstTokenAt: _firstTokenAt, ...rest } = outcome({ transcript: [] });
        await store.beginTurn(first, newTurn("t1", first));
        await store.finishTurn(turnId("t1"), rest);

        expect(await store.loadLineage(ALICE, turnId("t1"))).toEqual([{ ...newTurn("t1", first), ...rest }]);
      });

      test("the end of a turn whose conversation was deleted meanwhile is ignored", async () => {
        const first = conversation("c1");
        await store.beginTurn(first, newTurn("t1", first));
        await store.deleteConversation(ALICE, first.id);
        await store.finishTurn(turnId("t1"), outcome({ stateHash: "s1" }));

        expect(await store.findConversation(ALICE, "c1")).toBeUndefined();
        expect(await store.findTurnByState(ALICE, "s1")).toBeUndefined();
      });

      test("a turn that cannot be recorded leaves its conversation as it was", async () => {
        const first = conversation("c1");
        await store.beginTurn(first, newTurn("t1", first));
        const changed = { ...first, model: "opus" };
        await expect(store.beginTurn(changed, newTurn("t1", first))).rejects.toThrow();
        const other = conversation("c2");
        await expect(store.beginTurn(other, newTurn("t1", other))).rejects.toThrow();

        expect(await store.findConversation(ALICE, "c1")).toEqual(first);
        expect(await store.findConversation(ALICE, "c2")).toBeUndefined();
      });

      test("a turn cannot continue one that is gone", async () => {
        const first = conversation("c1");
        const turn = newTurn("t2", first, { parentTurnId: turnId("t1") });
        await expect(store.beginTurn(first, turn)).rejects.toMatchObject({ info: { kind: "not-found" } });
        expect(await store.findConversation(ALICE, "c1")).toBeUndefined();
      });

      test("turns that a dead server left running become failed, once", async () => {
        const first = conversation("c1");
        await runTurn("t1", first);
        await store.beginTurn(first, newTurn("t2", first, { parentTurnId: turnId("t1") }));
        await store.beginTurn(first, newTurn("t3", first, { parentTurnId: turnId("t1") }));

        expect(await store.failAbandonedTurns(9_000)).toBe(2);
        expect(await store.failAbandonedTurns(9_500)).toBe(0);
        expect((await store.loadLineage(ALICE, turnId("t2")))?.at(-1)).toEqual({
          ...newTurn("t2", first, { parentTurnId: turnId("t1") }),
          status: "failed",
          errorKind: "internal",
          endedAt: 9_000,
        });
        expect((await store.findConversation(ALICE, "c1"))?.headTurnId).toBe("t1");
      });
    });

    describe("conversations", () => {
      test("a later turn may change model, profile and system text, nothing else", async () => {
        const first = conversation("c1", { name: "trip" });
        await runTurn("t1", first);
        const changes = { model: "opus", profile: "chat", systemText: "", updatedAt: 5_000 };
        const changed = { ...first, ...changes, createdAt: 4_999 };
        await store.beginTurn(changed, newTurn("t2", changed, { parentTurnId: turnId("t1") }));

        expect(await store.findConversation(ALICE, "c1")).toEqual({
          ...first,
          ...changes,
          headTurnId: "t1",
          headStateHash: "state of t1",
        });
      });

      test("is found by name and by id, an id before a name", async () => {
        const named = conversation("c1", { name: "trip" });
        const unnamed = conversation("c2");
        const confusing = conversation("c3", { name: "c2" });
        for (const [index, each] of [named, unnamed, confusing].entries()) await runTurn(`t${index}`, each);

        const found: Record<string, string | undefined> = {};
        for (const nameOrId of ["trip", "c1", "c2", "c3", "Trip", ""]) {
          found[nameOrId] = (await store.findConversation(ALICE, nameOrId))?.id;
        }
        expect(found).toEqual({ trip: "c1", c1: "c1", c2: "c2", c3: "c3", Trip: undefined, "": undefined });
      });

      test("two that begin under one new name at once become one", async () => {
        const names = ["a", "b", "c", "d"];
        const rivals = names.map((id) => conversation(id, { name: "trip" }));
        await Promise.all(rivals.map((each) => store.beginTurn(each, newTurn(`turn ${each.id}`, each))));
        await Promise.all(
          names.map((id, index) =>
            store.finishTurn(turnId(`turn ${id}`), outcome({ endedAt: 3_000 + index })),
          ),
        );

        const all = await store.listConversations(ALICE, { limit: 10 });
        expect(all).toHaveLength(1);
        expect(all[0]).toMatchObject({ name: "trip", turnCount: 4 });
        const winner = await store.findConversation(ALICE, "trip");
        expect(winner?.headTurnId).toMatch(/^turn [abcd]$/);
        expect(await store.listTurns(ALICE, conversationId(winner?.id ?? ""))).toHaveLength(1);
      });

      test("are listed by latest activity, page by page, with their numbers of turns", async () => {
        for (let index = 0; index < 5; index++) {
          const each = conversation(`c${index}`, { updatedAt: 1_000 + index });
          await store.beginTurn(each, newTurn(`t${index}`, each));
        }
        const again = conversation("c1", { updatedAt: 7_000 });
        await store.beginTurn(again, newTurn("t1b", again));

        const page = async (limit: number, before?: number) =>
          (await store.listConversations(ALICE, before === undefined ? { limit } : { limit, before })).map(
            (each) => [each.id, each.turnCount],
          );
        expect(await page(2)).toEqual([
          ["c1", 2],
          ["c4", 1],
        ]);
        expect(await page(2, 1_004)).toEqual([
          ["c3", 1],
          ["c2", 1],
        ]);
        expect(await page(2, 1_002)).toEqual([["c0", 1]]);
        expect(await page(2, 1_000)).toEqual([]);
        expect(await page(100)).toHaveLength(5);
        expect(await page(0)).toEqual([]);
      });

      test("that were active in the same millisecond are on the same page", async () => {
        for (let index = 0; index < 5; index++) {
          const each = conversation(`c${index}`, { updatedAt: index < 4 ? 2_000 : 1_000 });
          await store.beginTurn(each, newTurn(`t${index}`, each));
        }
        const first = await store.listConversations(ALICE, { limit: 2 });
        expect(first.map((each) => each.id)).toEqual(["c3", "c2", "c1", "c0"]);
        const second = await store.listConversations(ALICE, { limit: 2, before: 2_000 });
        expect(second.map((each) => each.id)).toEqual(["c4"]);
      });

      test("show the present line only", async () => {
        const first = conversation("c1");
        await runTurn("t1", first);
        await runTurn("t2", first, "t1");
        await runTurn("t2b", first, "t1");
        await runTurn("t3", first, "t2b");
        await runTurn("t4", first, "t3", { status: "failed" });

        const ids = (await store.listTurns(ALICE, first.id)).map((turn) => turn.id);
        expect(ids).toEqual(["t1", "t2b", "t3"]);
        const empty = conversation("c2");
        await store.beginTurn(empty, newTurn("t5", empty));
        expect(await store.listTurns(ALICE, empty.id)).toEqual([]);
        expect(await store.listTurns(ALICE, conversationId("nowhere"))).toEqual([]);
      });
    });

    describe("states and lineages", () => {
      test("the latest completed turn of a state wins", async () => {
        const first = conversation("c1");
        await runTurn("t1", first, undefined, { stateHash: "s", endedAt: 3_000 });
        await runTurn("t2", first, undefined, { stateHash: "s", endedAt: 5_000 });
        await runTurn("t3", first, undefined, { stateHash: "s", endedAt: 4_000 });
        await runTurn("t4", first, undefined, { stateHash: "s", endedAt: 6_000, status: "failed" });

        expect((await store.findTurnByState(ALICE, "s"))?.id).toBe("t2");
        expect(await store.findTurnByState(ALICE, "S")).toBeUndefined();
      });

      test("a lineage is root first and crosses conversations", async () => {
        const first = conversation("c1");
        const branch = conversation("c2");
        await runTurn("z-root", first);
        await runTurn("m-middle", first, "z-root");
        await runTurn("other", first, "z-root");
        await runTurn("a-leaf", branch, "m-middle");

        expect(await lineIds("a-leaf")).toEqual(["z-root", "m-middle", "a-leaf"]);
        expect(await lineIds("nothing")).toBeUndefined();
      });

      test("a thousand turns are one line", async () => {
        const first = conversation("c1");
        for (let index = 0; index < 1_000; index++) {
          const parent = index === 0 ? {} : { parentTurnId: turnId(`t${index - 1}`) };
          await store.beginTurn(first, newTurn(`t${index}`, first, parent));
        }
        const ids = await lineIds("t999");
        expect(ids).toEqual(Array.from({ length: 1_000 }, (_, index) => `t${index}`));
      });
    });

    describe("principals", () => {
      test("never see or touch what another one owns", async () => {
        const hers = conversation("c1", { name: "trip" });
        await runTurn("t1", hers, undefined, { stateHash: "s" });

        expect(await store.findConversation(BOB, "trip")).toBeUndefined();
        expect(await store.findConversation(BOB, "c1")).toBeUndefined();
        expect(await store.listConversations(BOB, { limit: 10 })).toEqual([]);
        expect(await store.listTurns(BOB, hers.id)).toEqual([]);
        expect(await store.findTurnByState(BOB, "s")).toBeUndefined();
        expect(await lineIds("t1", BOB)).toBeUndefined();
        expect(await store.deleteConversation(BOB, hers.id)).toBe(false);

        const stolen = conversation("c1", { principalId: BOB, model: "opus" });
        await expect(store.beginTurn(stolen, newTurn("t2", stolen))).rejects.toThrow();
        const his = conversation("c2", { principalId: BOB });
        const continued = newTurn("t3", his, { parentTurnId: turnId("t1") });
        await expect(store.beginTurn(his, continued)).rejects.toMatchObject({ info: { kind: "not-found" } });
        expect((await store.findConversation(ALICE, "c1"))?.model).toBe("sonnet");
      });

      test("may use the same names", async () => {
        const hers = conversation("c1", { name: "trip" });
        const his = conversation("c2", { name: "trip", principalId: BOB });
        await runTurn("t1", hers, undefined, { stateHash: "s" });
        await runTurn("t2", his, undefined, { stateHash: "s" });

        expect((await store.findConversation(ALICE, "trip"))?.id).toBe("c1");
        expect((await store.findConversation(BOB, "trip"))?.id).toBe("c2");
        expect((await store.findTurnByState(ALICE, "s"))?.id).toBe("t1");
        expect((await store.findTurnByState(BOB, "s"))?.id).toBe("t2");
      });
    });

    describe("deletion", () => {
      test("forgets all turns, whatever their status, and frees the name", async () => {
        const first = conversation("c1", { name: "trip" });
        await runTurn("t1", first);
        await runTurn("t2", first, "t1", { status: "failed" });
        await store.beginTurn(first, newTurn("t3", first, { parentTurnId: turnId("t1") }));

        expect(await store.deleteConversation(ALICE, first.id)).toBe(true);
        expect(await store.deleteConversation(ALICE, first.id)).toBe(false);
        expect(await store.findConversation(ALICE, "trip")).toBeUndefined();
        expect(await store.findTurnByState(ALICE, "state of t1")).toBeUndefined();
        expect(await lineIds("t1")).toBeUndefined();
        expect(await store.failAbandonedTurns(9_000)).toBe(0);

        const second = conversation("c2", { name: "trip" });
        await runTurn("t4", second);
        expect((await store.findConversation(ALICE, "trip"))?.id).toBe("c2");
      });

      test("leaves a branch its history, until the last branch is gone", async () => {
        const trunk = conversation("c1");
        const left = conversation("c2");
        const right = conversation("c3");
        await runTurn("t1", trunk);
        await runTurn("t2", trunk, "t1");
        await runTurn("t3", trunk, "t2");
        await runTurn("l3", left, "t2");
        await runTurn("r2", right, "t1");

        await store.deleteConversation(ALICE, trunk.id);
        expect(await lineIds("t3")).toBeUndefined();
        expect(await lineIds("l3")).toEqual(["t1", "t2", "l3"]);
        expect((await store.listTurns(ALICE, left.id)).map((turn) => turn.id)).toEqual(["t1", "t2", "l3"]);
        expect((await store.findTurnByState(ALICE, "state of t2"))?.conversationId).toBe("c2");

        await store.deleteConversation(ALICE, left.id);
        expect(await lineIds("t2")).toBeUndefined();
        expect(await lineIds("r2")).toEqual(["t1", "r2"]);

        await store.deleteConversation(ALICE, right.id);
        expect(await lineIds("t1")).toBeUndefined();
        expect(await store.findTurnByState(ALICE, "state of t1")).toBeUndefined();
      });

      test("any history of turns, branches and deletions keeps exactly what is needed", async () => {
        await fc.assert(
          fc.asyncProperty(storeHistory, async (history) => {
            const each = await (await createDatabase())();
            try {
              await checkAgainstModel(each, history);
            } finally {
              await each.close();
            }
          }),
          { numRuns: 25 },
        );
      });

      test("and turns that arrive at once end in one order or the other", async () => {
        const trunk = conversation("c1");
        await runTurn("t1", trunk);
        const branches = Array.from({ length: 8 }, (_, index) => conversation(`b${index}`));
        const results = await Promise.allSettled([
          ...branches
            .slice(0, 4)
            .map((each) =>
              store.beginTurn(each, newTurn(`of ${each.id}`, each, { parentTurnId: turnId("t1") })),
            ),
          store.deleteConversation(ALICE, trunk.id),
          ...branches
            .slice(4)
            .map((each) =>
              store.beginTurn(each, newTurn(`of ${each.id}`, each, { parentTurnId: turnId("t1") })),
            ),
        ]);

        expect(results[4]).toEqual({ status: "fulfilled", value: true });
        const begun = (await store.listConversations(ALICE, { limit: 10 })).map((each) => each.id);
        for (const id of begun) expect(await lineIds(`of ${id}`)).toEqual(["t1", `of ${id}`]);
        const refused = results
          .filter((result) => result.status === "rejected")
          .map((result) => result.reason);
        expect(refused).toHaveLength(branches.length - begun.length);
        for (const reason of refused) expect(reason).toMatchObject({ info: { kind: "not-found" } });
      });
    });

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
          await store.beginTurn(each, newTurn(`t${index}`, each, { input }));
          const end = outcome({
            answer: message("assistant", text),
            transcript: [{ role: "user", content: text }],
          });
          await store.finishTurn(turnId(`t${index}`), end);

          expect(await store.findConversation(ALICE, `name ${text}`)).toMatchObject({
            name: `name ${text}`,
            systemText: text,
            model: `m${text}`,
          });
          expect(await store.loadLineage(ALICE, turnId(`t${index}`))).toEqual([
            { ...newTurn(`t${index}`, each, { input }), ...end },
          ]);
        }
        expect(await store.findConversation(ALICE, "a\0b")).toBeUndefined();
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
            await store.beginTurn(each, newTurn(`t${count}`, each));
            await store.finishTurn(turnId(`t${count}`), end);
            expect((await store.findConversation(ALICE, `c${count}`))?.systemText).toBe(systemText);
            const line = await store.loadLineage(ALICE, turnId(`t${count}`));
            expect(line?.[0]?.transcript).toEqual(end.transcript);
          }),
          { numRuns: 50 },
        );
      });

      test("of five megabytes is fine", async () => {
        const first = conversation("c1", { systemText: "s".repeat(1_000_000) });
        const input = [message("user", "né\n".repeat(1_700_000))];
        const end = outcome({ answer: message("assistant", "x".repeat(5_000_000)), stateHash: "s" });
        await store.beginTurn(first, newTurn("t1", first, { input }));
        await store.finishTurn(turnId("t1"), end);
        expect(await store.findTurnByState(ALICE, "s")).toEqual({
          ...newTurn("t1", first, { input }),
          ...end,
        });
      });

      test("older than the retention goes, the record stays", async () => {
        const first = conversation("c1");
        await runTurn("t1", first, undefined, { endedAt: 3_000 });
        await runTurn("t2", first, "t1", { endedAt: 4_000 });
        const old = conversation("c2");
        await runTurn("t3", old, undefined, { endedAt: 3_000 });
        await store.purgeContent(4_000);

        expect(await lineIds("t2")).toBeUndefined();
        expect(await store.findTurnByState(ALICE, "state of t1")).toBeUndefined();
        expect((await store.findTurnByState(ALICE, "state of t2"))?.id).toBe("t2");
        const { answer: _answer, transcript: _transcript, ...kept } = outcome({ endedAt: 3_000 });
        expect((await store.listTurns(ALICE, first.id))[0]).toEqual({
          ...newTurn("t1", first, { input: [] }),
          ...kept,
        });
        expect((await store.findConversation(ALICE, "c1"))?.systemText).toBe("Be brief.");
        expect(await store.findConversation(ALICE, "c2")).toEqual({
          ...old,
          systemText: "",
          headTurnId: "t3",
          headStateHash: "state of t3",
          updatedAt: 3_000,
        });
      });

      test("of many turns is purged in one call, that of running turns is not", async () => {
        const first = conversation("c1");
        for (let index = 0; index < 120; index++) await runTurn(`t${index}`, first);
        await store.beginTurn(first, newTurn("running", first));
        await store.purgeContent(Number.MAX_SAFE_INTEGER);

        expect(await lineIds("t0")).toBeUndefined();
        expect(await lineIds("t119")).toBeUndefined();
        expect(await lineIds("running")).toEqual(["running"]);
        await store.failAbandonedTurns(9_000);
        await store.purgeContent(9_001);
        expect(await lineIds("running")).toBeUndefined();
      });

      test("is never written when nothing is to be kept", async () => {
        const none = await (await createDatabase())({ content: "none" });
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

    if (!options.survivesClose) return;
    describe("opened again", () => {
      test("is as it was left", async () => {
        const first = conversation("c1", { name: "trip" });
        await runTurn("t1", first);
        const before = await store.loadLineage(ALICE, turnId("t1"));
        await store.close();
        store = await open();

        expect(await store.loadLineage(ALICE, turnId("t1"))).toEqual(before);
        await runTurn("t2", first, "t1");
        expect(await lineIds("t2")).toEqual(["t1", "t2"]);
      });

      test("keeps no content any more when nothing is to be kept", async () => {
        await runTurn("t1", conversation("c1"));
        await store.close();
        await (await open({ content: "none" })).close();
        store = await open();

        expect(await lineIds("t1")).toBeUndefined();
        expect((await store.findConversation(ALICE, "c1"))?.systemText).toBe("");
        expect(await store.listTurns(ALICE, conversationId("c1"))).toHaveLength(1);
      });
    });
  });
}

/** JSON has no negative zero. */
function withoutNegativeZero(content: readonly unknown[]): readonly unknown[] {
  return JSON.parse(JSON.stringify(content));
}
