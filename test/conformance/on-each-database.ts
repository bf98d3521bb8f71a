import { mkdtempSync, rmSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, test } from "vitest";

import type { StoreLocation } from "../../src/store/database/store-location.ts";
import { findPostgres, type PostgresServer, startPostgres } from "./postgres-server.ts";
import { prepareDatabase } from "./prepare-database.ts";

/** Makes a new database, empty and up to date; asked once for each test that wants one of its own. */
export type CreateLocation = () => Promise<StoreLocation>;

/**
 * Runs a suite on a SQLite file and on Postgres. Where there is no Postgres its part is reported as skipped, with the reason; in
 * CI it fails.
 */
export function onEachDatabase(
  subject: string,
  describeSuite: (database: string, createLocation: CreateLocation) => void,
): void {
  describe("on disk", () => {
    const folder = mkdtempSync(join(tmpdir(), "turnpike-store-"));
    const prepared = join(folder, "prepared.db");
    let count = 0;
    beforeAll(() => prepareDatabase({ type: "sqlite", file: prepared }));
    afterAll(() => rmSync(folder, { recursive: true }));

    describeSuite("SQLite file", async () => {
      const file = join(folder, `${++count}.db`);
      await copyFile(prepared, file);
      return { type: "sqlite", file };
    });
  });

  const source = findPostgres();
  if (source.type === "missing" && process.env["CI"] !== "true") {
    test.skip(`${subject}: Postgres (${source.reason})`, () => {});
    return;
  }
  describe("on a server", () => {
    let server: PostgresServer;
    let prepared: string;
    beforeAll(async () => {
      server = await startPostgres(source);
      prepared = await server.createDatabase();
      await prepareDatabase({ type: "postgres", url: prepared });
    }, 240_000);
    afterAll(() => server?.stop());

    describeSuite("Postgres", async () => ({ type: "postgres", url: await server.createDatabase(prepared) }));
  });
}
