#!/usr/bin/env bash
# With nobody to ask, Claude Code tells the model that the user declined, as the result of a tool call that went well, and not what for.
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

const { version } = JSON.parse(readFileSync('node_modules/@anthropic-ai/claude-agent-sdk/package.json', 'utf8'))
console.log(`Version: @anthropic-ai/claude-agent-sdk ${version} and the Claude Code that comes with it`)
console.log('Guess:   an MCP error -32042, "open this URL first", becomes a failed tool result with the message and the URL, as other errors do')
console.log('Truth:   Claude Code, which declares that it can have URLs opened, says that the user declined, though nobody was asked; the result')
console.log('         is no error, and neither the URL nor the message is in it')

// An MCP server whose tools fail, one for an ordinary reason, one for want of a sign-in.
const url = 'https://example.org/sign-in'
const elicitations = [{ mode: 'url', elicitationId: 'e1', url, message: 'Sign in to read the files.' }]
const errors = {
  plain: { code: -32602, message: 'There is no such file.' },
  login: { code: -32042, message: 'Signing in is needed.', data: { elicitations } },
}
const tools = Object.keys(errors).map((name) => ({ name, description: name, inputSchema: { type: 'object', properties: {} } }))
let declared
const answers = {
  initialize: ({ protocolVersion, capabilities }) => {
    declared = capabilities.elicitation
    return { result: { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'files', version: '1.0.0' } } }
  },
  'tools/list': () => ({ result: { tools } }),
  'tools/call': ({ name }) => ({ error: errors[name] }),
}
const mcp = createServer(async (request, response) => {
  const body = (await request.toArray()).join('')
  if (request.method !== 'POST') return response.writeHead(405).end()
  const { id, method, params } = JSON.parse(body)
  if (id === undefined) return response.writeHead(202).end()
  const answer = answers[method]?.(params) ?? { error: { code: -32601, message: 'Method not found' } }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }))
}).listen(0, '127.0.0.1')
await once(mcp, 'listening')

// The model calls both tools; the request with their results is noted, and answered with 403, which ends the turn.
const usage = { input_tokens: 1, output_tokens: 1 }
const start = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-5', content: [], usage }
const call = ({ name }, index) => [
  { type: 'content_block_start', index, content_block: { type: 'tool_use', id: `toolu_${name}`, name: `mcp__files__${name}`, input: {} } },
  { type: 'content_block_stop', index },
]
const events = [
  { type: 'message_start', message: { ...start, stop_reason: null, stop_sequence: null } },
  ...tools.flatMap(call),
  { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage },
  { type: 'message_stop' },
]
let results
const api = createServer(async (request, response) => {
  const body = (await request.toArray()).join('')
  const { messages } = request.url.startsWith('/v1/messages?') ? JSON.parse(body) : {}
  const found = messages?.flatMap(({ content }) => content).filter(({ type }) => type === 'tool_result')
  if (found?.length === 0) {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    return response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''))
  }
  results ??= found
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
  allowedTools: ['mcp__files'],
  mcpServers: { files: { type: 'http', url: `http://127.0.0.1:${mcp.address().port}/mcp` } },
  env: {
    PATH: process.env.PATH,
    HOME: process.cwd(),
    TMPDIR: process.cwd(),
    ANTHROPIC_API_KEY: 'none',
    ANTHROPIC_BASE_URL: `http://127.0.0.1:${api.address().port}`,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    ENABLE_TOOL_SEARCH: 'false',
  },
}
try {
  for await (const message of query({ prompt: 'hello', options })) void message
} catch {
  // The 403.
}
api.close()
mcp.closeAllConnections()
mcp.close()

const [plain, login] = tools.map(({ name }) => results.find(({ tool_use_id }) => tool_use_id === `toolu_${name}`))
console.log('Seen:    the client declares for elicitation', declared, 'and the model reads')
for (const { is_error = false, content } of [plain, login]) console.log({ is_error, content })
const same =
  declared.url !== undefined &&
  plain.is_error === true &&
  plain.content.includes(errors.plain.message) &&
  !login.is_error &&
  /declined by the user/.test(login.content) &&
  !login.content.includes(url) &&
  !/sign/i.test(login.content)
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exitCode = same ? 0 : 1
END
node run.mjs
