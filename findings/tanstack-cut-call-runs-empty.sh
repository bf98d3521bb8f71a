#!/usr/bin/env bash
# TanStack AI runs a tool call that the token limit cut with no arguments at all, and tells the model that it had called it so.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @tanstack/ai@0.58.0 @tanstack/ai-openai@0.23.1 zod@4.6.7

cat > run.mjs <<'END'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { chat, toolDefinition } from '@tanstack/ai'
import { createOpenaiChatCompletions } from '@tanstack/ai-openai'
import { z } from 'zod'

for (const name of ['ai', 'ai-openai']) {
  const { version } = JSON.parse(readFileSync(`node_modules/@tanstack/${name}/package.json`, 'utf8'))
  console.log(`Version: @tanstack/${name} ${version}`)
}
console.log('Guess:   arguments that end in the middle are no JSON: the call is not run, and the model is told so, or the run ends at "length"')
console.log('Truth:   the call is run with {}, unless its schema is of zod and refuses that; a required parameter of a JSON schema is not looked')
console.log('         at; the next request says that the model had called with {}, and nothing in it says that the call was cut')

const cut = '{"folder":"letters","older_th'
const common = { id: 'chatcmpl-1', created: 1, model: 'm', object: 'chat.completion.chunk' }
const chunk = (delta, reason) => ({ ...common, choices: [{ index: 0, delta, finish_reason: reason ?? null }] })
const usage = { prompt_tokens: 9, completion_tokens: 9, total_tokens: 18 }
const first = [
  chunk({ role: 'assistant', content: null }),
  chunk({ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'list', arguments: '' } }] }),
  chunk({ tool_calls: [{ index: 0, function: { arguments: cut } }] }),
  chunk({}, 'length'),
  { ...chunk({}), choices: [], usage },
]
const last = [chunk({ role: 'assistant', content: 'There are none.' }), chunk({}, 'stop'), { ...chunk({}), choices: [], usage }]
let requests
const api = createServer(async (request, response) => {
  requests.push(JSON.parse((await request.toArray()).join('')))
  const chunks = requests.length === 1 ? first : last
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.end([...chunks.map((each) => JSON.stringify(each)), '[DONE]'].map((data) => `data: ${data}\n\n`).join(''))
}).listen(0, '127.0.0.1')
await once(api, 'listening')

// The library logs what it could not parse, and goes on.
console.error = console.dir = () => {}
const adapter = createOpenaiChatCompletions('gpt-4o', 'none', { baseURL: `http://127.0.0.1:${api.address().port}/v1` })
const run = async (inputSchema) => {
  requests = []
  const executed = []
  const execute = (args) => {
    executed.push(JSON.stringify(args))
    return 'no files'
  }
  const tools = [toolDefinition({ name: 'list', description: 'lists files', inputSchema }).server(execute)]
  for await (const event of chat({ adapter, tools, messages: [{ role: 'user', content: 'Any old letters?' }] })) void event
  const [call, result] = requests[1]?.messages.slice(1) ?? []
  return { executed, requests: requests.length, call: call?.tool_calls[0].function.arguments, result: result?.content }
}
const seen = {
  optional: await run({ type: 'object', properties: { folder: { type: 'string' } } }),
  required: await run({ type: 'object', properties: { folder: { type: 'string' } }, required: ['folder'] }),
  zod: await run(z.object({ folder: z.string() })),
}
api.close()
console.log('Seen:    arguments sent:', cut)
console.log(seen)

const { optional, required, zod } = seen
const isRun = (each) => String(each.executed) === '{}' && each.requests === 2 && each.call === '{}' && each.result === 'no files'
const same = isRun(optional) && isRun(required) && zod.executed.length === 0 && zod.requests === 2 && zod.call === '{}'
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exitCode = same ? 0 : 1
END
node run.mjs
