#!/usr/bin/env bash
# Whether a price is a multiple of a cent, by Ajv and by others.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts \
  ajv@8.20.0 @cfworker/json-schema@4.1.1 @hyperjump/json-schema@1.18.0 @hyperjump/browser@1.5.0

cat > run.mjs <<'END'
import { readFileSync } from "node:fs";
import { Validator } from "@cfworker/json-schema";
import { registerSchema, validate } from "@hyperjump/json-schema/draft-2020-12";
import ajv from "ajv/dist/2020.js";

for (const name of ["ajv", "@cfworker/json-schema", "@hyperjump/json-schema"]) {
  const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  console.log(`Version: ${name} ${version}`);
}
console.log("Guess:   { multipleOf: 0.01 }, as schemas have it for money, takes 19.99, as other validators do");
console.log("Truth:   ajv divides as the processor does and refuses it, and more than one price in ten below 100; the others take all.");
console.log("         With its option multipleOfPrecision it takes 19.990000001, too, as those do");

const schema = { type: "number", multipleOf: 0.01 };
const id = "https://example.com/price";
registerSchema({ $schema: "https://json-schema.org/draft/2020-12/schema", ...schema }, id);
const other = await validate(id);
const worker = new Validator(schema, "2020-12");
const plain = new ajv.default().compile(schema);
const precise = new ajv.default({ multipleOfPrecision: 6 }).compile(schema);
const checks = {
  ajv: plain,
  "ajv, multipleOfPrecision: 6": precise,
  "@cfworker/json-schema": (value) => worker.validate(value).valid,
  "@hyperjump/json-schema": (value) => other(value).valid,
};
const prices = Array.from({ length: 10_000 }, (_, cents) => cents / 100);
const seen = {};
for (const [name, check] of Object.entries(checks)) {
  const refused = prices.filter((price) => !check(price));
  const verdicts = [0.07, 19.99, 19.990000001, 19.995].map((value) => [` ${value}`, check(value)]);
  seen[name] = { "of 10,000 prices refused": refused.length, ...Object.fromEntries(verdicts) };
}
console.log("Seen:");
console.table(seen);
const rows = Object.values(seen).map((row) => Object.values(row).join(" "));
const same =
  seen.ajv["of 10,000 prices refused"] > 1_000 &&
  rows[0].endsWith(" false false false false") &&
  rows.slice(1).every((row) => row === "0 true true true false");
console.log(same ? "As described." : "CHANGED: no longer as described.");
process.exitCode = same ? 0 : 1;
END
node run.mjs
