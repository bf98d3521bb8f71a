#!/usr/bin/env bash
# An MCP server that has forgotten its session gets two new ones from Claude Code: one is used, the other is neither used nor ended.
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
console.log('Guess:   a 404 for the session has the client open one new session, as the MCP specification asks, and call the tool again in it')
console.log('Truth:   it opens two, and calls in the later one; the other gets no further request, and no DELETE when all is over')

// An MCP server over HTTP that loses its sessions, as by a restart, when the tool is called for the first time.
const requests = {}
const live = new Set()
let isRestarted = false
const answerCall = () => {
  if (isRestarted) return { content: [{ type: 'text', text: 'fine' }] }
  isRestarted = true
  live.clear()
}
const answers = {
  'tools/list': () => ({ tools: [{ name: 'look', description: 'looks', inputSchema: { type: 'object', properties: {} } }] }),
  'tools/call': answerCall,
}
const mcp = createServer(async (request, response) => {
  const body = (await request.toArray()).join('')
  const { id, method, params } = body ? JSON.parse(body) : {}
  const send = (result, headers) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...result }))
  }
  if (method === 'initialize') {
    const session = `session ${Object.keys(requests).length + 1}`
    requests[session] = []
    live.add(session)
    const { protocolVersion } = params
    const result = { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'files', version: '1.0.0' } }
    return send({ result }, { 'mcp-session-id': session.replace(' ', '-') })
  }
  const session = request.headers['mcp-session-id']?.replace('-', ' ')
  // What Claude Code asks first is of a later revision of the protocol.
  if (!session) return send({ error: { code: -32601, message: 'Method not found' } })
  requests[session].push(method ?? request.method)
  if (!live.has(session)) return response.writeHead(404).end()
  if (request.method === 'GET') return response.writeHead(405).end()
  if (request.method === 'DELETE') return response.writeHead(live.delete(session) ? 200 : 404).end()
  if (id === undefined) return response.writeHead(202).end()
  const result = answers[method]?.()
  if (result) return send({ result })
  response.writeHead(404).end()
}).listen(0, '127.0.0.1')
await once(mcp, 'listening')

// The model calls the tool twice, one call after the other, and ends.
let turns = 0
const message = (content, reason) => {
  const usage = { input_tokens: 1, output_tokens: 1 }
  const start = { id: `msg_${turns}`, type: 'message', role: 'assistant', model: 'claude-sonnet-5', content: [], usage }
  return [
    { type: 'message_start', message: { ...start, stop_reason: null, stop_sequence: null } },
    ...content,
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null }, usage },
    { type: 'message_stop' },
  ]
}
const call = () => [
  { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: `toolu_${turns}`, name: 'mcp__files__look', input: {} } },
]
const text = () => [
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Done.' } },
]
const api = createServer((request, response) => {
  request.resume()
  if (!request.url.startsWith('/v1/messages?')) return response.writeHead(404).end()
  const events = ++turns <= 2 ? message(call(), 'tool_use') : message(text(), 'end_turn')
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''))
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
let result
for await (const said of query({ prompt: 'look twice', options })) if (said.type === 'result') result = said.result
// The iteration ends with the process.
api.close()
mcp.closeAllConnections()
mcp.close()

console.log('Seen:    what each session was asked, the first of which is lost at the first call; the answer was', JSON.stringify(result))
console.log(requests)
console.log('         left open:', [...live].join(', '))
const [first, ...others] = Object.values(requests)
const calls = others.map((asked) => asked.filter((method) => method === 'tools/call').length)
const same =
  result === 'Done.' &&
  first.includes('tools/call') &&
  String(calls.sort()) === '0,2' &&
  others.every((asked) => !asked.includes('DELETE'))
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exitCode = same ? 0 : 1
END
node run.mjs
