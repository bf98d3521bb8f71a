#!/usr/bin/env bash
# The MCP SDK's server checks a tool's result by a zod schema that repairs it, sends it unrepaired, and the SDK's own client refuses it.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts \
  @modelcontextprotocol/client@2.4.0 @modelcontextprotocol/server@2.4.0 zod@4.6.7

cat > run.mjs <<'END'
import { readFileSync } from 'node:fs'
import { Client, InMemoryTransport } from '@modelcontextprotocol/client'
import { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'

for (const name of ['client', 'server']) {
  const { version } = JSON.parse(readFileSync(`node_modules/@modelcontextprotocol/${name}/package.json`, 'utf8'))
  console.log(`Version: @modelcontextprotocol/${name} ${version}`)
}
console.log('Guess:   a structured result is parsed by the outputSchema: what is missing is filled in by default(), numbers are coerced, unknown')
console.log('         keys drop out; what the server lets pass its own client takes')
console.log('Truth:   the server parses it, and sends what it had before; the schema that it lists is that of the parsed value, so a client that')
console.log('         has listed the tools refuses these results, an unknown key too; one that calls without having listed takes them')

const results = {
  plain: [z.number(), { n: 1 }],
  unknownKey: [z.number(), { n: 1, more: 2 }],
  default: [z.number().default(3), {}],
  coerce: [z.coerce.number(), { n: '5' }],
  trim: [z.string().trim().max(3), { n: ' abc ' }],
}
const server = new McpServer({ name: 'results', version: '1.0.0' })
for (const [name, [n, structuredContent]] of Object.entries(results)) {
  server.registerTool(name, { outputSchema: z.object({ n }) }, () => ({ content: [], structuredContent }))
}
const client = new Client({ name: 'reader', version: '1.0.0' })
const [one, other] = InMemoryTransport.createLinkedPair()
await server.connect(one)
await client.connect(other)

const call = async (name) => {
  try {
    const { structuredContent } = await client.callTool({ name, arguments: {} })
    return JSON.stringify(structuredContent)
  } catch ({ message }) {
    return `refused: ${message.replace(/.*: /, '')}`
  }
}
const callAll = async () => {
  const all = {}
  for (const name of Object.keys(results)) all[name] = await call(name)
  return all
}
const unlisted = await callAll()
const { tools } = await client.listTools()
const listed = await callAll()
await client.close()

console.log('Seen:    before the client has listed the tools', unlisted)
console.log('         after it has', listed)
const { outputSchema } = tools.find(({ name }) => name === 'default')
console.log('         listed for the tool called default:', JSON.stringify(outputSchema))
const { plain, ...repaired } = listed
const same =
  Object.entries(results).every(([name, [, result]]) => unlisted[name] === JSON.stringify(result)) &&
  plain === '{"n":1}' &&
  Object.values(repaired).every((answer) => answer.startsWith('refused'))
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exitCode = same ? 0 : 1
END
node run.mjs
