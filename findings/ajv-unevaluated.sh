#!/usr/bin/env bash
# Ajv's draft 2020-12 takes every item as evaluated where `contains` met one, and none of the properties that an `if` alone has seen.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export TMPDIR=$folder
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts \
  ajv@8.20.0 @hyperjump/json-schema@1.18.0 @hyperjump/browser@1.5.0

cat > run.mjs <<'END'
import { readFileSync } from 'node:fs'
import { registerSchema, validate } from '@hyperjump/json-schema/draft-2020-12'
import ajv from 'ajv/dist/2020.js'

const { version } = JSON.parse(readFileSync('node_modules/ajv/package.json', 'utf8'))
console.log(`Version: ajv ${version}, beside @hyperjump/json-schema`)
console.log('Guess:   ajv/dist/2020 gives the verdicts of draft 2020-12: `contains` evaluates the items that match it, and `if`')
console.log('         the properties that it names, with `then` and `else` or without')
console.log('Truth:   one item that matches `contains` lets all others pass `unevaluatedItems: false`; an `if` without `then` counts')
console.log('         for nothing, and with `then: true` neither, but with a `then` that says something')

const isOne = { properties: { a: { const: 1 } }, required: ['a'] }
const cases = [
  ['contains, all match', { contains: { type: 'string' }, unevaluatedItems: false }, ['x', 'y']],
  ['contains, one does not', { contains: { type: 'string' }, unevaluatedItems: false }, ['x', 2]],
  ['prefixItems and contains', { prefixItems: [true], contains: { const: 'y' }, unevaluatedItems: false }, ['x', 'y', 'z']],
  ['if alone', { if: isOne, unevaluatedProperties: false }, { a: 1 }],
  ['if, then: true', { if: isOne, then: true, unevaluatedProperties: false }, { a: 1 }],
  ['if, then: an object', { if: isOne, then: { type: 'object' }, unevaluatedProperties: false }, { a: 1 }],
]
const seen = {}
for (const [index, [name, schema, data]] of cases.entries()) {
  const id = `https://example.com/${index}`
  registerSchema({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema }, id)
  const other = (await validate(id, data)).valid
  seen[name] = { ajv: new ajv.default({ strict: false }).validate(schema, data), other }
}
console.log('Seen:')
console.table(seen)

const verdicts = Object.values(seen).map(({ ajv, other }) => `${ajv} ${other}`)
const expected = ['true true', 'true false', 'true false', 'false true', 'false true', 'true true']
const same = verdicts.join() === expected.join()
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exitCode = same ? 0 : 1
END
node run.mjs
