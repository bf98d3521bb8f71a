#!/usr/bin/env bash
# Claude Code hides an MCP tool from the model for the name of a parameter, or for a name that reads like another's, and reports nothing.
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
console.log('Guess:   every tool that an MCP server lists is offered: names are made to fit, and a schema that the API refuses fails aloud')
console.log('Truth:   a tool whose parameter is called `order by`, `$filter` or `größe` is gone, unless the parameter lies deeper; of')
console.log('         `file.read` and `file_read` one is left. The server counts as connected, nothing is told about what is missing')

const tool = (name, properties) => ({ name, description: `the tool ${name}`, inputSchema: { type: 'object', properties } })
const text = { type: 'string' }
const tools = [
  tool('plain', { order_by: text }),
  tool('space', { 'order by': text }),
  tool('dollar', { $filter: text }),
  tool('umlaut', { größe: text }),
  tool('deeper', { options: { type: 'object', properties: { $filter: text, 'order by': text, größe: text } } }),
  tool('file.read', {}),
  tool('file_read', {}),
]
const instance = new Server({ name: 'files', version: '1.0.0' }, { capabilities: { tools: {} } })
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
const mcpServers = { files: { type: 'sdk', name: 'files', instance } }
const env = { ...options.env, ENABLE_TOOL_SEARCH: 'false' }
const session = query({ prompt: prompt(), options: { ...options, env, mcpServers, stderr: (line) => console.log('stderr:', line) } })
let status
try {
  for await (const message of session) {
    if (message.type === 'system' && message.subtype === 'init') status = message.mcp_servers[0].status
  }
} catch {
  // The 403.
}
api.close()

const offered = asked.tools.map(({ description }) => description.replace('the tool ', ''))
console.log('Seen:    listed by the server: ', tools.map(({ name }) => name).join(', '))
console.log('         offered to the model: ', offered.join(', '))
console.log('         status of the server: ', status)
const same = status === 'connected' && [...offered].sort().join() === 'deeper,file.read,plain'
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exitCode = same ? 0 : 1
END
node run.mjs
