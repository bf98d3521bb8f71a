import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, test } from "vitest";

import { openStore } from "../../src/store/open-store.ts";
import type { StoreLocation } from "../../src/store/store-location.ts";
import { describeConversationItems, type OpenItems } from "./conversation-items.ts";
import { findPostgres, type PostgresServer, startPostgres } from "./postgres-server.ts";

function opener(location: StoreLocation): OpenItems {
  return (retention = { content: "keep" }) => openStore({ location, retention });
}

describe("on disk", () => {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-items-"));
  let count = 0;
  afterAll(() => rmSync(folder, { recursive: true }));

  describeConversationItems("SQLite file", async () =>
    opener({ type: "sqlite", file: join(folder, `${++count}.db`) }),
  );
});

const source = findPostgres();
if (source.type === "missing" && process.env["CI"] !== "true") {
  test.skip(`conversation items: Postgres (${source.reason})`, () => {});
} else {
  describe("on a server", () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres(source);
    }, 60_000);
    afterAll(() => server?.stop());

    describeConversationItems("Postgres", async () =>
      opener({ type: "postgres", url: await server.createDatabase() }),
    );
  });
}
