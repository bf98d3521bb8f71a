#!/usr/bin/env bash
# Codex shows nothing of a refusal; one that ends with content_filter is asked again five times, each time with words of Codex's own.
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
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'

const { version } = JSON.parse(readFileSync('node_modules/@openai/codex/package.json', 'utf8'))
console.log(`Version: @openai/codex ${version}`)
console.log('Guess:   the words of a refusal are shown like any message, and the turn is over; content_filter is final like max_output_tokens')
console.log('Truth:   a completed answer that is a refusal ends the turn well, with nothing shown; an incomplete one with content_filter is')
console.log('         a lost connection for it: asked again five times, with a developer message about the filter, and then the turn fails')

const item = (type, words) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [type === 'refusal' ? { type, refusal: words } : { type, text: words, annotations: [], logprobs: [] }],
})
const usage = {
  input_tokens: 9,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 9,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 18,
}
const common = { id: 'resp_1', object: 'response', created_at: 1, model: 'm', error: null, incomplete_details: null, tools: [], usage }
const answer = (message, end) => [
  { type: 'response.created', response: { ...common, status: 'in_progress', output: [], usage: null } },
  { type: 'response.output_item.added', output_index: 0, item: { ...message, status: 'in_progress', content: [] } },
  { type: 'response.output_item.done', output_index: 0, item: message },
  { type: `response.${end.status}`, response: { ...common, output: [message], ...end } },
]
const refusal = 'That I will not do.'
const incomplete = (reason) => ({ status: 'incomplete', incomplete_details: { reason } })
const answers = {
  text: answer(item('output_text', refusal), { status: 'completed' }),
  refusal: answer(item('refusal', refusal), { status: 'completed' }),
  'refusal, content_filter': answer(item('refusal', refusal), incomplete('content_filter')),
  'text, max_output_tokens': answer(item('output_text', refusal), incomplete('max_output_tokens')),
}

let events
let inputs
const api = createServer(async (request, response) => {
  const body = (await request.toArray()).join('')
  if (request.method !== 'POST' || request.url !== '/v1/responses') return response.writeHead(404).end()
  inputs.push(JSON.parse(body).input)
  const lines = events.map((event, sequence_number) => `data: ${JSON.stringify({ ...event, sequence_number })}\n\n`)
  response.writeHead(200, { 'content-type': 'text/event-stream' }).end(lines.join(''))
}).listen(0, '127.0.0.1')
await once(api, 'listening')

writeFileSync(
  'config.toml',
  `model = "m"
model_provider = "loopback"
check_for_update_on_startup = false
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

const ask = async (name) => {
  events = answers[name]
  inputs = []
  const stdio = ['ignore', 'pipe', 'ignore']
  const codex = spawn('node_modules/.bin/codex', ['exec', '--skip-git-repo-check', '--json', 'hello'], { env, stdio })
  const output = (await codex.stdout.toArray()).join('')
  const [code] = codex.exitCode === null ? await once(codex, 'exit') : [codex.exitCode]
  const added = inputs[1]?.slice(inputs[0].length).find(({ role }) => role === 'developer')
  return { code, isShown: output.includes(refusal), requests: inputs.length, added: added?.content[0].text.slice(0, 80) }
}
const seen = {}
for (const name of Object.keys(answers)) seen[name] = await ask(name)
api.close()
console.log('Seen:    for each answer: exit code, whether its words are shown, requests, and what Codex adds in the developer\'s name')
console.log(seen)

const { text, refusal: refused, 'refusal, content_filter': filtered, 'text, max_output_tokens': cut } = seen
const same =
  text.isShown && text.code === 0 && text.requests === 1 &&
  !refused.isShown && refused.code === 0 && refused.requests === 1 &&
  !filtered.isShown && filtered.code !== 0 && filtered.requests === 6 && /filter/.test(filtered.added) &&
  cut.isShown && cut.code !== 0 && cut.requests === 1
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exitCode = same ? 0 : 1
END
node run.mjs
