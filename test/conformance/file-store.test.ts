import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, test } from "vitest";

import { openStore } from "../../src/store/open-store.ts";
import type { StoreLocation } from "../../src/store/store-location.ts";
import { describeFileStore, type OpenFiles } from "./file-store.ts";
import { findPostgres, type PostgresServer, startPostgres } from "./postgres-server.ts";

function opener(location: StoreLocation): OpenFiles {
  return (clock, retention = { content: "keep" }) => openStore({ location, retention, clock });
}

describe("on disk", () => {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-files-"));
  let count = 0;
  afterAll(() => rmSync(folder, { recursive: true }));

  describeFileStore("SQLite file", async () =>
    opener({ type: "sqlite", file: join(folder, `${++count}.db`) }),
  );
});

const source = findPostgres();
if (source.type === "missing" && process.env["CI"] !== "true") {
  test.skip(`file store: Postgres (${source.reason})`, () => {});
} else {
  describe("on a server", () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres(source);
    }, 60_000);
    afterAll(() => server?.stop());

    describeFileStore("Postgres", async () =>
      opener({ type: "postgres", url: await server.createDatabase() }),
    );
  });
}
