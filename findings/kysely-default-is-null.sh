#!/usr/bin/env bash
# What a row gets in a column that only another row of the same INSERT names, written with Kysely.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
# Node itself, as npm has it for this machine, for its SQLite.
package="node-$(node -p 'process.platform + "-" + process.arch')"
npm install --silent --no-audit --no-fund --ignore-scripts kysely@0.28.18 "$package@24.21.0"

cat > run.mjs <<'END'
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";

const { version } = JSON.parse(readFileSync("node_modules/kysely/package.json", "utf8"));
console.log(`Version: kysely ${version}, SQLite ${process.versions.sqlite}`);
console.log("Guess:   a row that leaves a column out gets the column's default, alone or with others, on every database");
console.log("Truth:   with others of which one names the column it gets NULL on SQLite, against the default, and where the column is");
console.log("         NOT NULL the whole INSERT fails; on Postgres the same code writes DEFAULT. Which rows come together decides");

const kyselyOf = (Adapter, Introspector, Compiler) =>
  new Kysely({
    dialect: {
      createAdapter: () => new Adapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new Introspector(database),
      createQueryCompiler: () => new Compiler(),
    },
  });
const sqlite = kyselyOf(SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler);
const postgres = kyselyOf(PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler);

const database = new DatabaseSync(":memory:");
database.exec("CREATE TABLE job (id TEXT, state TEXT DEFAULT 'new', tries INTEGER NOT NULL DEFAULT 0)");
function insert(rows) {
  const { sql, parameters } = sqlite.insertInto("job").values(rows).compile();
  try {
    database.prepare(sql).run(...parameters);
    return sql;
  } catch (error) {
    return error.message;
  }
}
const mixed = [{ id: "b", state: "old" }, { id: "c" }];
const seen = {
  "one row without state": insert([{ id: "a" }]),
  "two, one with state": insert(mixed),
  "two, one with tries": insert([{ id: "d", tries: 1 }, { id: "e" }]),
  "two, one with state, for Postgres": postgres.insertInto("job").values(mixed).compile().sql,
};
const rows = database.prepare("SELECT id, state FROM job").all().map(({ id, state }) => `${id}: ${state}`);
console.log("Seen:   ", seen);
console.log("         rows:", rows.join(", "));
const [, two, failed, other] = Object.values(seen);
const same =
  rows.join(", ") === "a: new, b: old, c: null" &&
  two.endsWith("values (?, ?), (?, null)") &&
  failed === "NOT NULL constraint failed: job.tries" &&
  other.endsWith("values ($1, $2), ($3, default)");
console.log(same ? "As described." : "CHANGED: no longer as described.");
process.exitCode = same ? 0 : 1;
END
"node_modules/$package/bin/node" run.mjs
