#!/usr/bin/env bash
# A LangChain model with `streaming: true` holds a finished answer back until it has fetched a tokenizer from the internet.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export TMPDIR=$folder
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @langchain/openai@1.6.0 @langchain/core@1.4.0

cat > run.mjs <<'END'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { ChatOpenAI } from '@langchain/openai'

const { version } = JSON.parse(readFileSync('node_modules/@langchain/openai/package.json', 'utf8'))
console.log(`Version: @langchain/openai ${version}`)
console.log('Guess:   with its own base URL it speaks to that server alone; invoke() ends when the stream, with its usage, does')
console.log('Truth:   with `streaming: true`, invoke() then asks another host for a tokenizer to estimate the usage that it has, and')
console.log('         tries again for minutes where there is no internet, with the answer in its hands. stream() does not')

const chunk = (choices, usage) => ({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices, usage })
const chunks = [
  chunk([{ index: 0, delta: { role: 'assistant', content: 'hello' }, finish_reason: null }]),
  chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]),
  chunk([], { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 }),
]
const api = createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.end([...chunks.map((each) => JSON.stringify(each)), '[DONE]'].map((data) => `data: ${data}\n\n`).join(''))
}).listen(0, '127.0.0.1')
await once(api, 'listening')

// A machine without internet: every fetch but those of the API fails at once.
const elsewhere = []
const { fetch } = globalThis
globalThis.fetch = async (input, init) => {
  const url = new URL(input.url ?? input)
  if (url.hostname === '127.0.0.1') return fetch(input, init)
  elsewhere.push(`${url.host}${url.pathname}`)
  throw new TypeError('fetch failed')
}

const baseURL = `http://127.0.0.1:${api.address().port}/v1`
const create = (options) => new ChatOpenAI({ apiKey: 'none', model: 'm', configuration: { baseURL }, ...options })

let usage
for await (const part of await create({}).stream('hello')) usage = part.usage_metadata ?? usage
const askedByStream = elsewhere.length

let tokens = ''
let answered = false
const callbacks = [{ handleLLMNewToken: (token) => void (tokens += token) }]
create({ streaming: true })
  .invoke('hello', { callbacks })
  .then(() => (answered = true))
const waitMs = 10_000
await new Promise((resolve) => setTimeout(resolve, waitMs))

console.log('Seen:    stream():', { totalTokens: usage.total_tokens, askedElsewhere: askedByStream })
console.log(`         invoke() with streaming, ${waitMs / 1000} s later:`, { tokens, answered, askedElsewhere: elsewhere })
const same = usage.total_tokens === 10 && askedByStream === 0 && tokens === 'hello' && !answered && elsewhere.length > 1
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exit(same ? 0 : 1)
END
node run.mjs
