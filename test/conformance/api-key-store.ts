import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { ApiKey } from "../../src/core/words/api-key.ts";
import type { PrincipalId } from "../../src/core/words/ids.ts";
import type { Store } from "../../src/store/open-store.ts";

// Proof for the cast: any text may stand for an id in a test.
const idOf = (name: string) => `key_${name}` as PrincipalId;

function apiKey(name: string, changes: Partial<ApiKey> = {}): ApiKey {
  return {
    id: idOf(name),
    prefix: `tp-${name}`,
    name: `${name}'s "key" \0`,
    role: "client",
    bounds: {},
    limits: {},
    logsContent: false,
    createdAt: 1_000,
    ...changes,
  };
}

/** What keys do where two servers share a database. */
export function describeApiKeyStore(name: string, createDatabase: () => Promise<() => Promise<Store>>): void {
  describe(`API keys: ${name}`, () => {
    let first: Store;
    let second: Store;
    beforeEach(async () => {
      const open = await createDatabase();
      [first, second] = [await open(), await open()];
    });
    afterEach(() => Promise.all([first, second].map((store) => store.close())));

    test("a key is found by its id and its hash, with all that is set", async () => {
      const whole = apiKey("a", {
        role: "admin",
        approve: "own",
        bounds: {
          models: ["sonnet", "claude-*"],
          profiles: ["chat"],
          workspaces: ["/work/ü"],
          permissionModes: ["plan"],
        },
        limits: { requestsPerMinute: 5, costPerDayUsd: 0.25 },
        logsContent: true,
        expiresAt: 9_000_000_000_000,
      });
      await first.keys.createKey(whole, "hash a");
      await first.keys.createKey(apiKey("b", { createdAt: 500 }), "hash b");
      expect(await second.keys.findKeyByHash("hash a")).toEqual({ key: whole });
      expect(await second.keys.findKey(whole.id)).toEqual(whole);
      expect(await second.keys.findKeyByHash("hash c")).toBeUndefined();
      expect(await second.keys.findKey(idOf("c"))).toBeUndefined();
      expect((await second.keys.listKeys()).map(({ id }) => id)).toEqual(["key_b", "key_a"]);
    });

    test("changes made at the same time all count", async () => {
      await first.keys.createKey(apiKey("a"), "hash a");
      await Promise.all(
        [first, second, first, second].map((store, index) =>
          store.keys.changeKey(idOf("a"), (key) => ({
            ...key,
            bounds: { models: [...(key.bounds.models ?? []), `m${index}`] },
          })),
        ),
      );
      const found = await second.keys.findKey(idOf("a"));
      expect(found?.bounds.models?.toSorted()).toEqual(["m0", "m1", "m2", "m3"]);
      expect(await first.keys.changeKey(idOf("none"), (key) => key)).toBeUndefined();
    });

    test("another secret ends the earlier ones when asked to, never later than before", async () => {
      await first.keys.createKey(apiKey("a"), "hash 1");
      const rotated = await first.keys.rotateKey(idOf("a"), { hash: "hash 2", prefix: "tp-two" }, 5_000);
      expect(rotated).toEqual(apiKey("a", { prefix: "tp-two" }));
      await second.keys.rotateKey(idOf("a"), { hash: "hash 3", prefix: "tp-three" }, 9_000);
      const endOf = async (hash: string) => (await first.keys.findKeyByHash(hash))?.secretEndsAt;
      expect([await endOf("hash 1"), await endOf("hash 2"), await endOf("hash 3")]).toEqual([
        5_000,
        9_000,
        undefined,
      ]);
      expect((await second.keys.findKey(idOf("a")))?.prefix).toBe("tp-three");
      expect(
        await first.keys.rotateKey(idOf("none"), { hash: "hash 4", prefix: "tp-four" }, 0),
      ).toBeUndefined();
    });

    test("a revoked key has no secret any more, and nothing brings it back", async () => {
      await first.keys.createKey(apiKey("a"), "hash 1");
      await first.keys.rotateKey(idOf("a"), { hash: "hash 2", prefix: "tp-two" }, 5_000);
      const revoked = apiKey("a", { prefix: "tp-two", revokedAt: 3_000 });
      expect(await second.keys.revokeKey(idOf("a"), 3_000)).toEqual(revoked);
      for (const hash of ["hash 1", "hash 2"]) expect(await first.keys.findKeyByHash(hash)).toBeUndefined();
      expect(await first.keys.revokeKey(idOf("a"), 4_000)).toBeUndefined();
      expect(await first.keys.changeKey(idOf("a"), (key) => ({ ...key, name: "again" }))).toBeUndefined();
      expect(
        await first.keys.rotateKey(idOf("a"), { hash: "hash 3", prefix: "tp-three" }, 0),
      ).toBeUndefined();
      expect(await first.keys.listKeys()).toEqual([revoked]);
    });

    test("what is booked adds up, from several servers at once, each period by itself", async () => {
      const use = (period: string) => ({
        principalId: idOf("a"),
        period,
        tokens: 10,
        costMicros: 5_000_000_000,
      });
      await Promise.all(
        [first, second, first, second].map((store) =>
          store.usageLedger.book([use("2026-11-29"), use("2026-11")]),
        ),
      );
      await first.usageLedger.book([use("2026-11-30"), use("2026-11")]);
      await first.usageLedger.book([]);
      const read = (period: string) => second.usageLedger.readUse(idOf("a"), period);
      expect([await read("2026-11-29"), await read("2026-11"), await read("2026-12")]).toEqual([
        { tokens: 40, costMicros: 20_000_000_000 },
        { tokens: 50, costMicros: 25_000_000_000 },
        { tokens: 0, costMicros: 0 },
      ]);
      expect(await second.usageLedger.readUse(idOf("b"), "2026-11")).toEqual({ tokens: 0, costMicros: 0 });
    });

    test("of a key that is revoked while it gets another secret, no secret stays", async () => {
      await first.keys.createKey(apiKey("a"), "hash 1");
      await Promise.all([
        second.keys.revokeKey(idOf("a"), 3_000),
        first.keys.rotateKey(idOf("a"), { hash: "hash 2", prefix: "tp-two" }, 5_000),
      ]);
      for (const hash of ["hash 1", "hash 2"]) expect(await second.keys.findKeyByHash(hash)).toBeUndefined();
    });
  });
}
