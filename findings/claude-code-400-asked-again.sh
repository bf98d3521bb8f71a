#!/usr/bin/env bash
# Claude Code sends a request that the API refused with 400 twice more, each time naming one beta less; the text of the 400 decides.
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
console.log('Guess:   400 is final: one request, and a retry would be announced by an api_retry message')
console.log('Truth:   any 400 whose text Claude Code does not know is sent three times, without an api_retry, each time with one')
console.log('         name less in anthropic-beta. One about max_tokens is sent again with the number that its text leaves room for')

let text
const requests = []
const api = createServer(async (request, response) => {
  const body = JSON.parse((await request.toArray()).join('') || '{}')
  requests.push({ betas: (request.headers['anthropic-beta'] ?? '').split(','), maxTokens: body.max_tokens })
  response.writeHead(400, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message: text } }))
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

const ask = async (message) => {
  text = message
  requests.length = 0
  let announced = 0
  try {
    for await (const message of query({ prompt: 'hello', options })) if (message.subtype === 'api_retry') announced++
  } catch {
    // The 400.
  }
  const dropped = requests.slice(1).map(({ betas }, index) => requests[index].betas.filter((name) => !betas.includes(name)))
  return { requests: requests.length, announced, dropped, maxTokens: requests.map((request) => request.maxTokens) }
}

const seen = {}
for (const message of [
  'the weather is bad',
  'prompt is too long: 250000 tokens > 200000 maximum',
  'input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, decrease input length or `max_tokens` and try again',
]) {
  seen[message] = await ask(message)
}
api.close()
console.log('Seen:    for each text of a 400, how often it was asked, retries announced, betas dropped and max_tokens of each request')
console.dir(seen, { depth: 4 })

const [unknown, tooLong, limit] = Object.values(seen)
const same =
  unknown.requests === 3 && unknown.announced === 0 && unknown.dropped.every((names) => names.length === 1) &&
  tooLong.requests === 1 &&
  limit.requests === 2 && limit.dropped[0].length === 0 && limit.maxTokens[1] === 200000 - 190000 - 1000
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exitCode = same ? 0 : 1
END
node run.mjs
