#!/usr/bin/env bash
# The model is offered other enum values than an MCP tool declares, and the call that uses one of them is refused.
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
import { createSdkMcpServer, query, tool } from '@anthropic-ai/claude-agent-sdk'
import { z } from 'zod'

const { version } = JSON.parse(readFileSync('node_modules/@anthropic-ai/claude-agent-sdk/package.json', 'utf8'))
console.log(`Version: @anthropic-ai/claude-agent-sdk ${version} and the Claude Code that comes with it`)
console.log('Guess:   values in the schema of a tool are data: they reach the model as declared; texts perhaps tidied')
console.log('Truth:   every string of the schema is brought to compatibility form, enum values and defaults too, and nothing')
console.log("         brings the arguments back: the model's choice is one that the tool does not know")

// The API answers every request with the events of one message.
const stream = (response, model, block, delta, stopReason) => {
  const usage = { input_tokens: 1, output_tokens: 1 }
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model, content: [], stop_reason: null, usage }
  const events = [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: block },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: stopReason }, usage },
    { type: 'message_stop' },
  ]
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''))
}
const requests = []
const api = createServer(async (request, response) => {
  const body = JSON.parse((await request.toArray()).join('') || '{}')
  requests.push(body)
  if (requests.length > 1) return stream(response, body.model, { type: 'text', text: '' }, { type: 'text_delta', text: 'ok' }, 'end_turn')
  // The model takes the first unit that it was offered.
  const unit = body.tools[0].input_schema.properties.unit.enum[0]
  const call = { type: 'tool_use', id: 'toolu_1', name: body.tools[0].name, input: {} }
  stream(response, body.model, call, { type: 'input_json_delta', partial_json: JSON.stringify({ unit }) }, 'tool_use')
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

let handled = 0
const measure = tool('measure', 'Measures an area', { unit: z.enum(['m²', 'ha']).default('m²') }, async () => {
  handled++
  return { content: [{ type: 'text', text: 'done' }] }
})
async function* prompt() {
  yield { type: 'user', message: { role: 'user', content: 'hello' } }
}
const session = query({
  prompt: prompt(),
  options: { ...options, mcpServers: { units: createSdkMcpServer({ name: 'units', tools: [measure] }) }, allowedTools: ['mcp__units'] },
})
for await (const message of session) void message
api.close()

const { unit } = requests[0].tools[0].input_schema.properties
const result = requests[1].messages.flatMap(({ content }) => content).find((block) => block.type === 'tool_result')
console.log("Seen:    declared: z.enum(['m²', 'ha']).default('m²')")
console.log('         offered: ', JSON.stringify(unit))
console.log('         the tool ran', handled, 'times; result of the call:', result.content.slice(0, 70).replaceAll('\n', ' '))
const same = unit.enum.join() === 'm2,ha' && unit.default === 'm2' && handled === 0 && result.is_error === true
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exitCode = same ? 0 : 1
END
node run.mjs
