import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, test } from "vitest";

import type { StoreLocation } from "../../src/store/database/store-location.ts";
import { findPostgres, type PostgresServer, startPostgres } from "./postgres-server.ts";

/** Makes a new database; asked once for each test that wants one of its own. */
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
    let count = 0;
    afterAll(() => rmSync(folder, { recursive: true }));

    describeSuite("SQLite file", async () => ({ type: "sqlite", file: join(folder, `${++count}.db`) }));
  });

  const source = findPostgres();
  if (source.type === "missing" && process.env["CI"] !== "true") {
    test.skip(`${subject}: Postgres (${source.reason})`, () => {});
    return;
  }
  describe("on a server", () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres(source);
    }, 240_000);
    afterAll(() => server?.stop());

    describeSuite("Postgres", async () => ({ type: "postgres", url: await server.createDatabase() }));
  });
}
