import { describe, expect, test } from "vitest";

import { keepFile, patternBytes, readBytes } from "./file-fixtures.ts";
import type { FileBed } from "./file-store.ts";
import { ALICE, BOB } from "./store-fixtures.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const ALL = { limit: 1_000, order: "asc" } as const;

export function describeFileKeeping(bed: FileBed): void {
  describe("a file", () => {
    test("comes back byte for byte, also after a restart", async () => {
      const bytes = patternBytes(5_000_003);
      const file = await keepFile(bed.store.files, bytes, { filename: "a \u{1F389} \0 \ud800.bin" }, 70_001);
      expect(file).toEqual({
        id: expect.stringMatching(/^file-[0-9a-f]+$/),
        principalId: ALICE,
        filename: "a \u{1F389} \0 \ud800.bin",
        purpose: "user_data",
        byteCount: bytes.byteLength,
        createdAt: 1_000_000,
      });
      await bed.reopen();
      expect(await bed.store.files.findFile(ALICE, file.id)).toEqual(file);
      expect((await readBytes(bed.store.files, file.id))?.equals(bytes)).toBe(true);
    });

    test.each([0, 1, 1_048_575, 1_048_576, 1_048_577, 2_097_152])("may have %i bytes", async (length) => {
      const bytes = patternBytes(length);
      const { id, byteCount } = await keepFile(bed.store.files, bytes, {}, 3_000_000);
      expect(byteCount).toBe(length);
      expect((await readBytes(bed.store.files, id))?.equals(bytes)).toBe(true);
    });

    test("of 30 MB is written and deleted", async () => {
      const bytes = patternBytes(30_000_000);
      const { id } = await keepFile(bed.store.files, bytes);
      expect((await readBytes(bed.store.files, id))?.equals(bytes)).toBe(true);
      expect(await bed.store.files.deleteFile(ALICE, id)).toBe(true);
      expect(await readBytes(bed.store.files, id)).toBeUndefined();
    });

    test("is kept apart from others that arrive at the same time", async () => {
      const { files } = bed.store;
      const contents = [
        patternBytes(3_000_000),
        patternBytes(5_000_000).subarray(2_500_000),
        Buffer.from("third"),
      ];
      const kept = await Promise.all(contents.map((bytes) => keepFile(files, bytes)));
      for (const [index, { id }] of kept.entries()) {
        expect((await readBytes(files, id))?.equals(contents[index] ?? Buffer.alloc(0))).toBe(true);
      }
    });

    test("does not exist before its upload is finished, nor after it was given up", async () => {
      const { files } = bed.store;
      const upload = await files.beginUpload(ALICE);
      await upload.write(patternBytes(2_000_000));
      expect((await files.listFiles(ALICE, ALL))?.items).toEqual([]);
      await upload.discard();
      await upload.discard();
      expect((await files.listFiles(ALICE, ALL))?.items).toEqual([]);
      await expect(upload.finish({ filename: "a", purpose: "user_data" })).rejects.toThrow();
    });

    test("stays when its upload is discarded after the end", async () => {
      const { files } = bed.store;
      const upload = await files.beginUpload(ALICE);
      await upload.write(Buffer.from("hello"));
      const { id } = await upload.finish({ filename: "a", purpose: "user_data" });
      await upload.discard();
      expect(await readBytes(files, id)).toEqual(Buffer.from("hello"));
    });

    test("belongs to one principal only", async () => {
      const { files } = bed.store;
      const { id } = await keepFile(files);
      expect(await files.findFile(BOB, id)).toBeUndefined();
      expect(await files.readFile(BOB, id)).toBeUndefined();
      expect(await files.deleteFile(BOB, id)).toBe(false);
      expect((await files.listFiles(BOB, ALL))?.items).toEqual([]);
      expect(await readBytes(files, id)).toEqual(Buffer.from("hello"));
    });

    test("is gone when it is deleted", async () => {
      const { files } = bed.store;
      const { id } = await keepFile(files);
      expect(await files.deleteFile(ALICE, id)).toBe(true);
      expect(await files.deleteFile(ALICE, id)).toBe(false);
      expect(await files.findFile(ALICE, id)).toBeUndefined();
      expect((await files.listFiles(ALICE, ALL))?.items).toEqual([]);
    });

    test("is not found by an id that is none", async () => {
      const { files } = bed.store;
      for (const id of ["", "a\0b", "\ud800", "'; --", "../../etc/passwd", "file-%"]) {
        expect(await files.findFile(ALICE, id)).toBeUndefined();
        expect(await files.readFile(ALICE, id)).toBeUndefined();
        expect(await files.deleteFile(ALICE, id)).toBe(false);
      }
    });

    test("ends when it expires", async () => {
      const { files } = bed.store;
      const brief = await keepFile(files, Buffer.from("brief"), { expiresAt: bed.now + 5_000 });
      const lasting = await keepFile(files, Buffer.from("lasting"));
      bed.now += 4_999;
      expect(await files.findFile(ALICE, brief.id)).toEqual(brief);
      bed.now += 1;
      expect(await files.findFile(ALICE, brief.id)).toBeUndefined();
      expect(await files.readFile(ALICE, brief.id)).toBeUndefined();
      expect(await files.deleteFile(ALICE, brief.id)).toBe(false);
      expect((await files.listFiles(ALICE, ALL))?.items).toEqual([lasting]);
      await files.sweepFiles();
      // Even if the clock went back: it has been deleted.
      bed.now -= 5_000;
      expect((await files.listFiles(ALICE, ALL))?.items).toEqual([lasting]);
    });
  });

  describe("the store of files", () => {
    test("sweeps up what an upload left behind, but none that may still go on", async () => {
      const abandoned = await bed.store.files.beginUpload(ALICE);
      await abandoned.write(patternBytes(3_000_000));
      await bed.reopen();
      bed.now += DAY_MS + 1;
      const going = await bed.store.files.beginUpload(ALICE);
      await going.write(Buffer.from("still going"));
      await bed.store.files.sweepFiles();
      const { id } = await going.finish({ filename: "a", purpose: "user_data" });
      expect(await readBytes(bed.store.files, id)).toEqual(Buffer.from("still going"));
      expect((await bed.store.files.listFiles(ALICE, ALL))?.items).toHaveLength(1);
    });

    test("deletes what is older than the retention", async () => {
      for (let count = 0; count < 60; count++) await keepFile(bed.store.files);
      bed.now += 1;
      const { id } = await keepFile(bed.store.files);
      await bed.store.purgeContent(bed.now);
      expect((await bed.store.files.listFiles(ALICE, ALL))?.items.map((file) => file.id)).toEqual([id]);
    });

    test("takes nothing and keeps nothing where nothing is to be kept", async () => {
      expect(bed.store.files.isEnabled).toBe(true);
      await keepFile(bed.store.files);
      await bed.reopen({ content: "none" });
      expect(bed.store.files.isEnabled).toBe(false);
      expect((await bed.store.files.listFiles(ALICE, ALL))?.items).toEqual([]);
      await bed.reopen();
      expect((await bed.store.files.listFiles(ALICE, ALL))?.items).toEqual([]);
    });
  });
}
