#!/usr/bin/env bash
# Taking one property out of a commented settings file with jsonc-parser takes the comments of its neighbours away too, or gives them its own.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts jsonc-parser@3.3.1

cat > run.mjs <<'END'
import { readFileSync } from 'node:fs'
import { applyEdits, modify } from 'jsonc-parser'

const { version } = JSON.parse(readFileSync('node_modules/jsonc-parser/package.json', 'utf8'))
console.log(`Version: jsonc-parser ${version}`)
console.log('Guess:   modify(text, path, undefined), made for files with comments, leaves every comment where it is, at worst with a blank line')
console.log('Truth:   without the first property all comments up to the second are gone; without the last one, its remark stands behind')
console.log("         the one before, whose own remark is gone; of a list, the remark of the last but one goes with the last element")

const settings = `{
  // where to listen
  "port": 80, // needs root
  // how long to wait
  "timeout": 5 // in seconds
}
`
const list = `[
  "a", // of Anna
  "b", // of Bob
  "c" // of Carl
]
`
const formattingOptions = { insertSpaces: true, tabSize: 2 }
const without = (text, path) => applyEdits(text, modify(text, path, undefined, { formattingOptions }))
const seen = {
  'without port': without(settings, ['port']),
  'without timeout': without(settings, ['timeout']),
  'without the third element': without(list, [2]),
}
console.log(`Seen:    from\n${settings}and\n${list}`)
for (const [name, text] of Object.entries(seen)) console.log(`${name}:\n${text}`)

const comments = Object.values(seen).map((text) => text.match(/\S+ *\/\/.*|\/\/.*/g) ?? [])
const expected = [['5 // in seconds'], ['// where to listen', '80 // in seconds'], ['"a", // of Anna']]
const same = JSON.stringify(comments) === JSON.stringify(expected)
console.log(same ? 'As described.' : `CHANGED: no longer as described. ${JSON.stringify(comments)}`)
process.exitCode = same ? 0 : 1
END
node run.mjs
