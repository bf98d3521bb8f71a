#!/usr/bin/env bash
# With two names in one pair of braces, a URI template is expanded by both generations of the MCP SDK as RFC 6570 does not, and may not match
# what it expands to.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @modelcontextprotocol/client@2.4.0 @modelcontextprotocol/sdk@1.32.2 zod@4.6.7

cat > run.mjs <<'END'
import { readFileSync } from 'node:fs'
import { UriTemplate } from '@modelcontextprotocol/client'
import { UriTemplate as FirstUriTemplate } from '@modelcontextprotocol/sdk/shared/uriTemplate.js'

for (const name of ['client', 'sdk']) {
  const { version } = JSON.parse(readFileSync(`node_modules/@modelcontextprotocol/${name}/package.json`, 'utf8'))
  console.log(`Version: @modelcontextprotocol/${name} ${version}`)
}
console.log('Guess:   RFC 6570 but for prefixes like {name:3}; a template matches every URI that it expands to, and finds the same values in it')
console.log('Truth:   a second name in the braces takes away their operator and the encoding: / and # are lost, a space stays a space;')
console.log('         lists are never one pair each in a query; a query with a value left out does not match; values come out encoded')

// What the RFC has the template become with these values.
const values = { owner: 'fred', file: 'my letter', tags: ['red', 'blue'] }
const standard = {
  'x://s{/owner}': 'x://s/fred',
  'x://s{/owner,file}': 'x://s/fred/my%20letter',
  'x://s/{file}': 'x://s/my%20letter',
  'x://s/{owner,file}': 'x://s/fred,my%20letter',
  'x://s{#owner}': 'x://s#fred',
  'x://s{#owner,file}': 'x://s#fred,my%20letter',
  'x://s{?owner,file}': 'x://s?owner=fred&file=my%20letter',
  'x://s{?tags*}': 'x://s?tags=red&tags=blue',
}
const expected = {
  ...standard,
  'x://s{/owner,file}': 'x://sfred,my letter',
  'x://s/{owner,file}': 'x://s/fred,my letter',
  'x://s{#owner,file}': 'x://sfred,my letter',
  'x://s{?tags*}': 'x://s?tags=red,blue',
}
const expandAll = (Template) =>
  Object.fromEntries(Object.keys(standard).map((text) => [text, new Template(text).expand(values)]))
// From values to a URI and back.
const thereAndBack = (Template, text, given) => {
  const template = new Template(text)
  return template.match(template.expand(given))
}
const matchAll = (Template) => [
  thereAndBack(Template, 'x://s{?owner,file}', { owner: 'fred', file: 'letter' }),
  thereAndBack(Template, 'x://s{?owner,file}', { owner: 'fred' }),
  thereAndBack(Template, 'x://s{?file}', { file: 'my letter' }),
]

const seen = { expanded: expandAll(UriTemplate), 'there and back': matchAll(UriTemplate) }
const first = { expanded: expandAll(FirstUriTemplate), 'there and back': matchAll(FirstUriTemplate) }
console.log('Seen:    with the values', values)
console.log(seen)
const different = Object.keys(standard).filter((text) => seen.expanded[text] !== standard[text])
console.log('         by the RFC', Object.fromEntries(different.map((text) => [text, standard[text]])))

const same =
  JSON.stringify(seen) === JSON.stringify(first) &&
  JSON.stringify(seen.expanded) === JSON.stringify(expected) &&
  JSON.stringify(seen['there and back']) === JSON.stringify([{ owner: 'fred', file: 'letter' }, null, { file: 'my%20letter' }])
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exitCode = same ? 0 : 1
END
node run.mjs
