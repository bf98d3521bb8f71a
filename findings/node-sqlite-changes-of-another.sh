#!/usr/bin/env bash
# What node:sqlite says that a statement has changed which changes no row.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
# Node itself, as npm has it for this machine.
package="node-$(node -p 'process.platform + "-" + process.arch')"
npm install --silent --no-audit --no-fund --ignore-scripts "$package@24.21.0"

cat > run.mjs <<'END'
import { DatabaseSync } from "node:sqlite";

console.log(`Version: Node ${process.versions.node}, SQLite ${process.versions.sqlite}`);
console.log("Guess:   `changes` is what this statement has changed: 0 for CREATE, SELECT, BEGIN, for a table that was dropped");
console.log("Truth:   it is what the connection's last INSERT, UPDATE or DELETE changed, through whichever statement: asked of any other");
console.log("         one, it is that number again. So `changes > 0` says of CREATE TABLE IF NOT EXISTS what it likes. And of two");
console.log("         statements in one text the second is left out without a word, and a parameter that is not given is NULL");

const database = new DatabaseSync(":memory:");
const changes = (sql, ...values) => database.prepare(sql).run(...values).changes;
database.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)");
const seen = {};
for (const sql of [
  "UPDATE t SET a = a",
  "SELECT 1",
  "CREATE TABLE IF NOT EXISTS t (a)",
  "BEGIN",
  "COMMIT",
  "UPDATE t SET a = a WHERE a > 9",
  "CREATE TABLE u (a)",
]) {
  seen[sql] = changes(sql);
}
const two = "INSERT INTO u VALUES ('first'); INSERT INTO u VALUES ('second')";
seen[two] = changes(two);
seen["INSERT INTO u VALUES (?)"] = changes("INSERT INTO u VALUES (?)");
const rows = database.prepare("SELECT a FROM u").all().map(({ a }) => a);

console.log("Seen:    changes, in this order:");
console.table(seen);
console.log("         in the table u:", JSON.stringify(rows));
const same = Object.values(seen).join() === "3,3,3,3,3,0,0,1,1" && JSON.stringify(rows) === '["first",null]';
console.log(same ? "As described." : "CHANGED: no longer as described.");
process.exitCode = same ? 0 : 1;
END
"node_modules/$package/bin/node" run.mjs
