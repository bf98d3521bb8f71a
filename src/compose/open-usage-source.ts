import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Config } from "../config/config.ts";
import { maskSecret } from "../config/show/mask-secret.ts";
import { principalOfKey } from "../service/access/configured-keys.ts";
import { storeLocation } from "./database-locations.ts";
import { type OpenUsage, openUsage } from "../store/usage/open-usage.ts";

/** What was used, by the settings, and what the operator knows of the keys. */
export interface UsageSource extends OpenUsage {
  /** What to call the keys that are known, by the ids of their principals. */
  keyNames(): Promise<ReadonlyMap<string, string>>;
}

export async function openUsageSource(config: Config): Promise<UsageSource> {
  const { dataDir, auth } = config;
  const usage = openUsage(storeLocation(config));
  const own = await readFile(join(dataDir, "api-key"), "utf8").catch(() => "");
  const keys = [...auth.apiKeys, own.trim()].filter((key) => key !== "");
  return {
    ...usage,
    keyNames: async () =>
      new Map([
        ["local", "this user, without a key"],
        ...keys.map((key): [string, string] => [principalOfKey(key), maskSecret(key)]),
        ...(await usage.keyNames()),
      ]),
  };
}
