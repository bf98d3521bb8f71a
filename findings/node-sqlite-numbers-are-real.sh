#!/usr/bin/env bash
# What becomes of a whole number that node:sqlite is given as a parameter.
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
console.log("Guess:   1 is bound as the integer that it is: 'turn-' || 1 is turn-1, 7 / 2 is 3, a text column gets '1', JSON gets 1");
console.log("Truth:   every number is bound as a real: 'turn-1.0', 3.5, '1.0', [1.0]; what was written into a text column as 1 is not");
console.log("         found as '1'. Only a column of integers turns it back; a BigInt is bound as an integer");

const database = new DatabaseSync(":memory:");
const texts = `'turn-' || ? AS joined, ? / 2 AS divided, json_array(?) AS json, typeof(?) AS type`;
const ask = database.prepare(`SELECT ${texts}`);
const seen = { number: { ...ask.get(1, 7, 1, 1) }, bigint: { ...ask.get(1n, 7n, 1n, 1n) } };

database.exec("CREATE TABLE t (name TEXT, count INTEGER, any)");
database.prepare("INSERT INTO t VALUES (?, ?, ?)").run(1, 1, 1);
const row = { ...database.prepare("SELECT name, typeof(count) AS count, typeof(any) AS any FROM t").get() };
const find = database.prepare("SELECT count(*) AS found FROM t WHERE name = ?");
const found = { 1: find.get(1).found, "'1'": find.get("1").found, "1n": find.get(1n).found };

console.log("Seen:");
console.table(seen);
console.log("         a row of 1, 1, 1 in columns of text, integers, anything:", JSON.stringify(row));
console.log("         found by its name as", JSON.stringify(found));
const same =
  JSON.stringify(seen.number) === '{"joined":"turn-1.0","divided":3.5,"json":"[1.0]","type":"real"}' &&
  JSON.stringify(seen.bigint) === '{"joined":"turn-1","divided":3,"json":"[1]","type":"integer"}' &&
  JSON.stringify(row) === '{"name":"1.0","count":"integer","any":"real"}' &&
  JSON.stringify(found) === `{"1":1,"'1'":0,"1n":0}`;
console.log(same ? "As described." : "CHANGED: no longer as described.");
process.exitCode = same ? 0 : 1;
END
"node_modules/$package/bin/node" run.mjs
