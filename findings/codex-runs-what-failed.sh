#!/usr/bin/env bash
# Codex runs the tool call of an answer that fails, or is cut, after it, and what it asks again is not the same request but goes on from there.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export TMPDIR=$folder
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @openai/codex@0.171.0

cat > run.mjs <<'END'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'

const { version } = JSON.parse(readFileSync('node_modules/@openai/codex/package.json', 'utf8'))
console.log(`Version: @openai/codex ${version}`)
console.log('Guess:   the items of an answer that ends with response.failed, as incomplete or without an end count for nothing: no command')
console.log('         is run, and after a failure the same request is sent again')
console.log('Truth:   the command is run as soon as its item is done; "Reconnecting..." sends another request, with the message, the call')
console.log('         and its output; at max_output_tokens the command is run, too, but the turn ends and its output is never sent')

// The answer: a message and a command, both whole, then what the case says.
const message = (text) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
})
const args = JSON.stringify({ cmd: 'echo x >> ran' })
const call = { id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'exec_command', arguments: args, status: 'completed' }
const usage = {
  input_tokens: 9,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 9,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 18,
}
const common = { id: 'resp_1', object: 'response', created_at: 1, model: 'm', error: null, incomplete_details: null, tools: [], usage }
const answer = (output, end) => [
  { type: 'response.created', response: { ...common, status: 'in_progress', output: [], usage: null } },
  ...output.flatMap((item, output_index) => [
    { type: 'response.output_item.added', output_index, item: { ...item, status: 'in_progress' } },
    { type: 'response.output_item.done', output_index, item },
  ]),
  ...(end ? [{ type: `response.${end.status}`, response: { ...common, output, ...end } }] : []),
]
const ends = {
  completed: { status: 'completed' },
  failed: { status: 'failed', error: { code: 'server_error', message: 'something broke' } },
  'cut stream': undefined,
  max_output_tokens: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
}

let first
let inputs
const api = createServer(async (request, response) => {
  const body = (await request.toArray()).join('')
  if (request.method !== 'POST' || request.url !== '/v1/responses') return response.writeHead(404).end()
  inputs.push(JSON.parse(body).input)
  const events = inputs.length === 1 ? first : answer([message('Done.')], ends.completed)
  const lines = events.map((event, sequence_number) => `data: ${JSON.stringify({ ...event, sequence_number })}\n\n`)
  response.writeHead(200, { 'content-type': 'text/event-stream' }).end(lines.join(''))
}).listen(0, '127.0.0.1')
await once(api, 'listening')

writeFileSync(
  'config.toml',
  `model = "m"
model_provider = "loopback"
check_for_update_on_startup = false
approval_policy = "never"
sandbox_mode = "danger-full-access"
[model_providers.loopback]
name = "loopback"
base_url = "http://127.0.0.1:${api.address().port}/v1"
env_key = "LOOPBACK_KEY"
wire_api = "responses"
`,
)
const folder = process.cwd()
const env = { PATH: process.env.PATH, HOME: folder, CODEX_HOME: folder, TMPDIR: folder, LOOPBACK_KEY: 'none' }
// Nothing but loopback is reached.
Object.assign(env, { HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1' })

const ask = async (end) => {
  first = answer([message('I write.'), call], end)
  inputs = []
  rmSync('ran', { force: true })
  const stdio = ['ignore', 'pipe', 'ignore']
  const codex = spawn('node_modules/.bin/codex', ['exec', '--skip-git-repo-check', '--json', 'hello'], { env, stdio })
  const output = (await codex.stdout.toArray()).join('')
  const commands = existsSync('ran') ? readFileSync('ran', 'utf8').trim().split('\n').length : 0
  const added = inputs[1]?.slice(inputs[0].length).map(({ type }) => type)
  return { commands, requests: inputs.length, added, reconnects: output.includes('Reconnecting'), failed: output.includes('turn.failed') }
}
const seen = {}
for (const [name, end] of Object.entries(ends)) seen[name] = await ask(end)
api.close()
console.log('Seen:    for each end of the first answer: commands that were run, requests, and what the second one has more than the first')
console.log(seen)

const added = ['message', 'function_call', 'function_call_output']
const expected = {
  completed: { commands: 1, requests: 2, added, reconnects: false, failed: false },
  failed: { commands: 1, requests: 2, added, reconnects: true, failed: false },
  'cut stream': { commands: 1, requests: 2, added, reconnects: true, failed: false },
  max_output_tokens: { commands: 1, requests: 1, added: undefined, reconnects: false, failed: true },
}
const same = JSON.stringify(seen) === JSON.stringify(expected)
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exitCode = same ? 0 : 1
END
node run.mjs
