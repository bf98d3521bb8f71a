import { findLockHolder } from "../lock-data-folder.ts";
import { type Check, fail, ok } from "./check.ts";

export const checkDatabase: Check = {
  name: "Database",
  async run({ tools, resolved }) {
    const { dataDir, databaseUrl } = resolved.config;
    if (databaseUrl === undefined && findLockHolder(dataDir).type === "held") {
      return [ok("SQLite, open in the running server")];
    }
    try {
      return [ok(await tools.checkDatabase())];
    } catch (error) {
      return [fail(error instanceof Error ? error.message : String(error))];
    }
  },
};
