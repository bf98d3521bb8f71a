#!/usr/bin/env bash
# A `oneOf` at the top of an MCP tool's schema becomes a flat object that allows what it forbade; `allOf` too, `$ref` and `if` stay.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export TMPDIR=$folder
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts \
  @anthropic-ai/claude-agent-sdk@0.3.332 @anthropic-ai/sdk@1.14.0 @modelcontextprotocol/sdk@1.32.2 zod@4.6.7

cat > run.mjs <<'END'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { query } from '@anthropic-ai/claude-agent-sdk'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'

const { version } = JSON.parse(readFileSync('node_modules/@anthropic-ai/claude-agent-sdk/package.json', 'utf8'))
console.log(`Version: @anthropic-ai/claude-agent-sdk ${version} and the Claude Code that comes with it`)
console.log('Guess:   the schema goes to the API as it is, which then takes or refuses it; or the tool is left out')
console.log('Truth:   oneOf, anyOf and allOf at the top are merged into one list of properties with `additionalProperties: true`,')
console.log('         even where the branches said false; a parameter whose schema is `true` is lost on the way, and a sentence about')
console.log("         it all is put before the tool's own description")

const branch = (kind, size) => ({
  type: 'object',
  properties: { kind: { const: kind }, [size]: { type: 'number' } },
  required: ['kind', size],
  additionalProperties: false,
})
const schemas = {
  choice: { type: 'object', oneOf: [branch('circle', 'radius'), branch('square', 'side')] },
  both: { type: 'object', allOf: [{ properties: { a: { type: 'string' } }, required: ['a'] }, { properties: { b: true } }] },
  condition: { type: 'object', properties: { a: { type: 'string' } }, if: { required: ['a'] }, then: { required: ['b'] } },
  reference: { type: 'object', $ref: '#/$defs/circle', $defs: { circle: branch('circle', 'radius') } },
}
const tools = Object.entries(schemas).map(([name, inputSchema]) => ({ name, description: 'Draws.', inputSchema }))
const instance = new Server({ name: 'shapes', version: '1.0.0' }, { capabilities: { tools: {} } })
instance.setRequestHandler(ListToolsRequestSchema, () => ({ tools }))

// The API notes what it is asked and answers 403, which ends the turn.
let asked
const api = createServer(async (request, response) => {
  const body = (await request.toArray()).join('')
  if (request.url.startsWith('/v1/messages')) asked ??= JSON.parse(body)
  response.writeHead(403, { 'content-type': 'application/json' }).end('{}')
}).listen(0, '127.0.0.1')
await once(api, 'listening')

const options = {
  cwd: process.cwd(),
  model: 'claude-sonnet-5',
  systemPrompt: 'Be brief.',
  tools: [],
  settingSources: [],
  persistSession: false,
  env: {
    PATH: process.env.PATH,
    HOME: process.cwd(),
    TMPDIR: process.cwd(),
    ANTHROPIC_API_KEY: 'none',
    ANTHROPIC_BASE_URL: `http://127.0.0.1:${api.address().port}`,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  },
}

async function* prompt() {
  yield { type: 'user', message: { role: 'user', content: 'hello' } }
}
const mcpServers = { shapes: { type: 'sdk', name: 'shapes', instance } }
const env = { ...options.env, ENABLE_TOOL_SEARCH: 'false' }
try {
  for await (const message of query({ prompt: prompt(), options: { ...options, env, mcpServers } })) void message
} catch {
  // The 403.
}
api.close()

const seen = Object.fromEntries(
  asked.tools.map(({ name, description, input_schema: schema }) => [name.replace('mcp__shapes__', ''), { description, schema }]),
)
console.log('Seen:')
for (const [name, { description, schema }] of Object.entries(seen)) {
  console.log(`  ${name}`)
  console.log(`    listed:  ${JSON.stringify(schemas[name])}`)
  console.log(`    offered: ${JSON.stringify(schema)}`)
  console.log(`             ${JSON.stringify(description)}`)
}
const flat = ({ schema, description }) =>
  !schema.oneOf && !schema.allOf && schema.additionalProperties === true && description.startsWith('Input constraint:')
const unchanged = (name) => JSON.stringify(seen[name].schema) === JSON.stringify(schemas[name])
const same =
  flat(seen.choice) && seen.choice.schema.required.join() === 'kind' &&
  Object.keys(seen.choice.schema.properties).join() === 'kind,radius,side' &&
  flat(seen.both) && !('b' in seen.both.schema.properties) &&
  unchanged('condition') && unchanged('reference')
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exitCode = same ? 0 : 1
END
node run.mjs
