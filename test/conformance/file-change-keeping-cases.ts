import { describe, expect, test } from "vitest";

import type { KeptFileChange } from "../../src/core/ports/workspace-snapshots.ts";
import { CREATED, turnChanges } from "./file-change-fixtures.ts";
import type { FileChangeBed } from "./file-change-store.ts";
import { patternBytes } from "./file-fixtures.ts";
import { ALICE, BOB, conversationId, turnId } from "./store-fixtures.ts";

const C1 = conversationId("c1");
const T1 = turnId("t1");
const MEBIBYTE = 1024 * 1024;

const CHANGES: readonly KeptFileChange[] = [
  {
    type: "changed",
    path: "a \u{1F389} \0 \ud800.txt",
    diff: "--- a\n+++ b\n@@ -1 +1 @@\n-\0\n+\ud800 é\n",
    before: Buffer.from("\0"),
    after: Buffer.alloc(100_000, "compresses well "),
    modeBefore: 0o644,
    modeAfter: 0o755,
  },
  { type: "changed", path: "big.bin" },
  { type: "created", path: "empty", after: Buffer.alloc(0), modeAfter: 0o600 },
  { type: "deleted", path: "gone.bin", before: patternBytes(300_000), modeBefore: 0o644 },
  {
    type: "renamed",
    path: "to/b.txt",
    previousPath: "from/b.txt",
    before: Buffer.from("b"),
    after: Buffer.from("b"),
  },
];

export function describeFileChangeKeeping(bed: FileChangeBed): void {
  describe("the changes of a turn", () => {
    test("come back in order and byte for byte, also after a restart", async () => {
      await bed.runTurn("t1");
      const turn = turnChanges("t1", CHANGES, { isComplete: false });
      const saved = await bed.store.fileChanges.saveChanges(turn);
      expect(saved.map(({ path, contentId }) => [path, contentId !== undefined])).toEqual([
        ["a \u{1F389} \0 \ud800.txt", true],
        ["big.bin", false],
        ["empty", true],
        ["gone.bin", false],
        ["to/b.txt", true],
      ]);
      await bed.reopen();
      expect(await bed.store.fileChanges.findChanges(ALICE, T1)).toEqual({ ...turn, changes: saved });
      const loaded = await bed.store.fileChanges.loadChanges(ALICE, T1);
      expect(loaded && { ...loaded, changes: loaded.changes.map(asText) }).toEqual({
        ...turn,
        changes: CHANGES.map(asText),
      });
      const contents = await Promise.all(
        saved.map(({ contentId }) => bed.store.fileChanges.loadContent(ALICE, contentId ?? "")),
      );
      const expected = CHANGES.map(({ path, after }) => after && { path, content: Buffer.from(after) });
      expect(contents.map((each) => each && { ...each, content: Buffer.from(each.content) })).toEqual(
        expected,
      );
    });

    test("have ids that do not follow from anything", async () => {
      await bed.runTurn("t1");
      const saved = await bed.store.fileChanges.saveChanges(
        turnChanges("t1", [CREATED, { ...CREATED, path: "other.ts" }]),
      );
      const ids = saved.map(({ contentId }) => contentId);
      expect(new Set(ids).size).toBe(2);
      for (const id of ids) expect(id).toMatch(/^chg_[0-9a-f]{24}$/);
    });

    test("may be thousands", async () => {
      await bed.runTurn("t1");
      const changes = Array.from({ length: 3_000 }, (_, index) => ({
        ...CREATED,
        path: `file-${String(index).padStart(4, "0")}`,
      }));
      const saved = await bed.store.fileChanges.saveChanges(turnChanges("t1", changes));
      const found = await bed.store.fileChanges.findChanges(ALICE, T1);
      expect(found?.changes).toEqual(saved);
      expect(found?.changes.at(-1)?.path).toBe("file-2999");
    });

    test("keep no more contents than are allowed for one turn, but all that fit", async () => {
      await bed.runTurn("t1");
      const large = (path: string, megabytes: number): KeptFileChange => ({
        type: "changed",
        path,
        before: Buffer.alloc(1),
        after: Buffer.alloc(megabytes * MEBIBYTE),
      });
      const changes = [large("a", 40), large("b", 30), large("c", 20), CREATED];
      const saved = await bed.store.fileChanges.saveChanges(turnChanges("t1", changes));
      expect(saved.map(({ contentId }) => contentId !== undefined)).toEqual([true, false, true, true]);
      const loaded = await bed.store.fileChanges.loadChanges(ALICE, T1);
      expect(loaded?.changes.map(({ before, after }) => [before?.byteLength, after?.byteLength])).toEqual([
        [1, 40 * MEBIBYTE],
        [undefined, undefined],
        [1, 20 * MEBIBYTE],
        [undefined, 4],
      ]);
    });

    test("belong to one principal only", async () => {
      await bed.runTurn("t1");
      const { fileChanges } = bed.store;
      const [saved] = await fileChanges.saveChanges(turnChanges("t1"));
      expect(await fileChanges.findChanges(BOB, T1)).toBeUndefined();
      expect(await fileChanges.loadChanges(BOB, T1)).toBeUndefined();
      expect(await fileChanges.loadContent(BOB, saved?.contentId ?? "")).toBeUndefined();
      expect(await fileChanges.listChanges(BOB, C1, { limit: 10 })).toEqual({ items: [], hasMore: false });
      expect(await fileChanges.listChanges(BOB, C1, { limit: 10, after: T1 })).toBeUndefined();
    });

    test("are not saved for a turn of another principal", async () => {
      await bed.runTurn("t1");
      const saved = await bed.store.fileChanges.saveChanges(
        turnChanges("t1", [CREATED], { principalId: BOB }),
      );
      expect(saved).toEqual([{ type: "created", path: "src/new.ts", diff: CREATED.diff }]);
      expect(await bed.store.fileChanges.findChanges(BOB, T1)).toBeUndefined();
      expect(await bed.store.fileChanges.findChanges(ALICE, T1)).toBeUndefined();
    });

    test("are not found by ids that are none", async () => {
      for (const id of ["", "a\0b", "\ud800", "'; --", "../../etc/passwd", "chg_%", "chg_"]) {
        expect(await bed.store.fileChanges.loadContent(ALICE, id)).toBeUndefined();
      }
      expect(await bed.store.fileChanges.findChanges(ALICE, T1)).toBeUndefined();
      expect(await bed.store.fileChanges.loadChanges(ALICE, T1)).toBeUndefined();
    });

    test("remember when they were taken back", async () => {
      await bed.runTurn("t1");
      await bed.store.fileChanges.saveChanges(turnChanges("t1"));
      await bed.store.fileChanges.markUndone(T1, 5_000);
      expect((await bed.store.fileChanges.findChanges(ALICE, T1))?.undoneAt).toBe(5_000);
      expect((await bed.store.fileChanges.loadChanges(ALICE, T1))?.undoneAt).toBe(5_000);
    });
  });

  describe("the changes of a conversation", () => {
    test("are listed turn by turn, oldest first, in pages", async () => {
      const { fileChanges } = bed.store;
      const times = { t1: 3_000, t2: 2_000, t3: 3_000, t4: 4_000 };
      for (const [id, changedAt] of Object.entries(times)) {
        await bed.runTurn(id);
        await fileChanges.saveChanges(turnChanges(id, [CREATED, { ...CREATED, path: id }], { changedAt }));
      }
      await bed.runTurn("elsewhere", "c2");
      await fileChanges.saveChanges(turnChanges("elsewhere"));
      const list = async (limit: number, after?: string) => {
        const page = await fileChanges.listChanges(ALICE, C1, {
          limit,
          ...(after !== undefined && { after: turnId(after) }),
        });
        return page && [page.items.map((turn) => turn.turnId), page.hasMore];
      };
      expect(await list(10)).toEqual([["t2", "t1", "t3", "t4"], false]);
      expect(await list(2)).toEqual([["t2", "t1"], true]);
      expect(await list(2, "t1")).toEqual([["t3", "t4"], false]);
      expect(await list(2, "elsewhere")).toBeUndefined();
      expect(await list(2, "unknown")).toBeUndefined();
      const { items } = (await fileChanges.listChanges(ALICE, C1, { limit: 1 })) ?? { items: [] };
      expect(items[0]).toEqual(await fileChanges.findChanges(ALICE, turnId("t2")));
    });
  });
}

const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString("latin1");

/** Contents as text: databases return bytes in arrays of different kinds. */
function asText({ before, after, ...rest }: KeptFileChange) {
  return { ...rest, before: text(before), after: text(after) };
}
