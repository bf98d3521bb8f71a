import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import type { Retention } from "../../src/core/words/retention.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { StoreLocation } from "../../src/store/database/store-location.ts";
import { describeConversationStore } from "./conversation-store.ts";
import { findPostgres, type PostgresServer, startPostgres } from "./postgres-server.ts";
import { prepareDatabase } from "./prepare-database.ts";
import type { OpenStore } from "./store-bed.ts";
import { ALICE, conversation, newTurn, outcome, turnId } from "./store-fixtures.ts";

const KEEP: Retention = { content: "keep" };

function opener(location: StoreLocation): OpenStore {
  return (retention = KEEP) => openStore({ location, retention });
}

describeConversationStore("SQLite in memory", async () => opener({ type: "sqlite", file: ":memory:" }), {
  survivesClose: false,
});

describe("on disk", () => {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-store-"));
  let count = 0;
  afterAll(() => rmSync(folder, { recursive: true }));

  describeConversationStore(
    "SQLite file",
    async () => opener({ type: "sqlite", file: join(folder, `${++count}.db`) }),
    { survivesClose: true },
  );
});

const source = findPostgres();
if (source.type === "missing" && process.env["CI"] !== "true") {
  test.skip(`conversation store: Postgres (${source.reason})`, () => {});
} else {
  describe("on a server", () => {
    let server: PostgresServer;
    let prepared: string;
    beforeAll(async () => {
      server = await startPostgres(source);
      prepared = await server.createDatabase();
      await prepareDatabase({ type: "postgres", url: prepared });
    }, 240_000);
    afterAll(() => server?.stop());

    describeConversationStore(
      "Postgres",
      async () => opener({ type: "postgres", url: await server.createDatabase(prepared) }),
      { survivesClose: true },
    );

    test("servers that start at once on a new database prepare it once", async () => {
      const open = opener({ type: "postgres", url: await server.createDatabase() });
      const stores = await Promise.all(Array.from({ length: 6 }, () => open()));
      const [first, second] = stores;
      await first?.beginTurn(conversation("c1"), newTurn("t1", conversation("c1")));
      expect((await second?.findConversation(ALICE, "c1"))?.id).toBe("c1");
      await Promise.all(stores.map((store) => store.close()));
    });

    test("two servers that delete and branch at once never fail each other", async () => {
      const open = opener({ type: "postgres", url: await server.createDatabase() });
      const [left, right] = await Promise.all([open(), open()]);
      for (let round = 0; round < 20; round++) {
        const trunk = conversation(`trunk${round}`);
        const branch = conversation(`branch${round}`);
        const root = `root${round}`;
        await left.beginTurn(trunk, newTurn(root, trunk));
        await left.finishTurn(turnId(root), outcome());
        await left.beginTurn(trunk, newTurn(`late${round}`, trunk, { parentTurnId: turnId(root) }));
        await left.beginTurn(branch, newTurn(`leaf${round}`, branch, { parentTurnId: turnId(root) }));

        await Promise.all([
          left.deleteConversation(ALICE, trunk.id),
          right.deleteConversation(ALICE, branch.id),
          right.finishTurn(turnId(`late${round}`), outcome()),
          left.finishTurn(turnId(`leaf${round}`), outcome()),
        ]);
        expect(await left.loadLineage(ALICE, turnId(root))).toBeUndefined();
      }
      expect(await right.listConversations(ALICE, { limit: 10 })).toEqual([]);
      await Promise.all([left.close(), right.close()]);
    });

    test("a connection that breaks while idle is replaced", async () => {
      const url = await server.createDatabase();
      const lost = Promise.withResolvers<string>();
      const logger = { ...SILENT_LOGGER, error: (event: string) => lost.resolve(event) };
      const store = await openStore({ location: { type: "postgres", url }, retention: KEEP, logger });
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'turnpike' and datname = current_database()",
      );
      await client.end();

      expect(await lost.promise).toBe("store.connection-lost");
      expect(await store.findConversation(ALICE, "c1")).toBeUndefined();
      await store.close();
    });

    test("a wrong password is an error that does not repeat it", async () => {
      const url = new URL(await server.createDatabase());
      const location = (changes: Partial<URL>) =>
        ({ type: "postgres", url: Object.assign(new URL(url), changes).href }) as const;
      await expect(
        openStore({ location: location({ password: "hunter2" }), retention: KEEP }),
      ).rejects.toThrow(
        /^The Postgres database at [\w.:]+ cannot be used: password authentication failed for user/,
      );
      await expect(
        openStore({ location: location({ pathname: "/nowhere" }), retention: KEEP }),
      ).rejects.toThrow(/cannot be used: database "nowhere" does not exist\. Check/);
    });
  });
}
