import { expect, test } from "vitest";

import type { ApiKeyStore, FoundKey } from "../../core/ports/api-key-store.ts";
import type { ApiKey } from "../../core/words/api-key.ts";
import { sha256 } from "../../lib/sha256.ts";
import { configuredKeys } from "./configured-keys.ts";
import { KeyDirectory } from "./key-directory.ts";

const KEY: ApiKey = {
  // Proof for the cast: any text may stand for an id in a test.
  id: "key_1" as ApiKey["id"],
  prefix: "tp-one",
  name: "one",
  role: "client",
  bounds: {},
  limits: {},
  logsContent: false,
  createdAt: 0,
};

/** A directory over a store that holds one key, under the hash `hash`. */
function openDirectory() {
  const state: { now: number; reads: number; found: FoundKey | undefined; problem?: Error } = {
    now: 1_000,
    reads: 0,
    found: { key: KEY },
  };
  const read = async () => {
    state.reads += 1;
    if (state.problem) throw state.problem;
    return state.found;
  };
  const store: Pick<ApiKeyStore, "findKey" | "findKeyByHash"> = {
    findKeyByHash: async (hash) => (hash === "hash" ? read() : (await read(), undefined)),
    findKey: async () => (await read())?.key,
  };
  const configured = configuredKeys({ type: "keys", keys: ["tp-first"] });
  const directory = new KeyDirectory({ configured, store, ofClients: "own", clock: () => state.now });
  return { directory, state };
}

test("a look-up is remembered for a second, so another server's change counts after that", async () => {
  const { directory, state } = openDirectory();
  const all = await Promise.all(Array.from({ length: 200 }, () => directory.find("hash")));
  expect(all[199]).toEqual({ id: "key_1", mayUse: true, mayApprove: "own", limits: {} });
  expect(state.reads).toBe(1);
  state.found = undefined;
  state.now += 999;
  expect(await directory.find("hash")).toBeDefined();
  state.now += 1;
  expect(await directory.find("hash")).toBeUndefined();
});

test("this server's own change counts at once, for look-ups under way as well", async () => {
  const { directory, state } = openDirectory();
  const early = directory.find("hash");
  state.found = undefined;
  directory.forget();
  await early;
  expect(await directory.find("hash")).toBeUndefined();
});

test("a key that ends is refused from its last moment on, however lately it was looked up", async () => {
  const { directory, state } = openDirectory();
  state.found = { key: { ...KEY, expiresAt: 1_500 }, secretEndsAt: 1_300 };
  expect(await directory.find("hash")).toBeDefined();
  state.now = 1_299;
  expect(await directory.find("hash")).toBeDefined();
  state.now = 1_300;
  expect(await directory.find("hash")).toBeUndefined();
  // The key itself lives on, by another secret.
  expect(await directory.findById(KEY.id)).toMatchObject({ id: "key_1" });
  state.now = 1_500;
  expect(await directory.findById(KEY.id)).toBe("gone");
});

test("what could not be read is read again at once; configured keys need no database", async () => {
  const { directory, state } = openDirectory();
  state.problem = new Error("The disk is full.");
  await expect(directory.find("hash")).rejects.toThrow("full");
  expect(await directory.find(sha256("tp-first"))).toMatchObject({ mayUse: true });
  delete state.problem;
  expect(await directory.find("hash")).toBeDefined();
  expect(await directory.find("other")).toBeUndefined();
});
