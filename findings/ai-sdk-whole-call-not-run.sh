#!/usr/bin/env bash
# At finish_reason "length" the AI SDK leaves a whole tool call undone and ends in silence, but has a call that was cut tried again.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts ai@7.0.173 @ai-sdk/openai-compatible@3.0.92 zod@4.6.7

cat > run.mjs <<'END'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { generateText, jsonSchema, stepCountIs, tool } from 'ai'

const { version } = JSON.parse(readFileSync('node_modules/ai/package.json', 'utf8'))
console.log(`Version: ai ${version}`)
console.log('Guess:   a call whose arguments are whole is run and its result sent, whatever the finish_reason; one that is cut becomes an error')
console.log('Truth:   at "length" the whole call is not run, and the run ends with an empty text and no error; the cut call is answered')
console.log('         with an error and the model asked again; of one whole call and one cut, neither is run and nobody is asked')

const call = (id, args) => ({ id, type: 'function', function: { name: 'write', arguments: args } })
const whole = call('call_1', '{"text":"Dear Sir"}')
const cut = call('call_2', '{"text":"Dear Madam, I am wri')

let first
let requests = 0
const api = createServer((request, response) => {
  request.resume()
  const end = { finish_reason: 'stop', message: { role: 'assistant', content: 'The letter is written.' } }
  const choice = requests++ === 0 ? first : end
  const usage = { prompt_tokens: 9, completion_tokens: 9, total_tokens: 18 }
  const answer = { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, ...choice }], usage }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
}).listen(0, '127.0.0.1')
await once(api, 'listening')

const provider = createOpenAICompatible({ name: 'loopback', apiKey: 'none', baseURL: `http://127.0.0.1:${api.address().port}/v1` })
const run = async (finish_reason, tool_calls) => {
  first = { finish_reason, message: { role: 'assistant', content: null, tool_calls } }
  requests = 0
  const written = []
  const execute = ({ text }) => {
    written.push(text)
    return 'done'
  }
  const inputSchema = jsonSchema({ type: 'object', properties: { text: { type: 'string' } }, required: ['text'] })
  const tools = { write: tool({ description: 'writes a letter', inputSchema, execute }) }
  const stopWhen = stepCountIs(5)
  const { text } = await generateText({ model: provider('m'), prompt: 'Write a letter.', tools, stopWhen })
  return { written, requests, text }
}
const seen = {
  'tool_calls, whole': await run('tool_calls', [whole]),
  'length, whole': await run('length', [whole]),
  'length, cut': await run('length', [cut]),
  'length, whole and cut': await run('length', [whole, cut]),
}
api.close()
console.log('Seen:    for the finish_reason and the calls of the first answer: what the tool wrote, requests in all, the text at the end')
console.log(seen)

const end = 'The letter is written.'
const expected = [
  { written: ['Dear Sir'], requests: 2, text: end },
  { written: [], requests: 1, text: '' },
  { written: [], requests: 2, text: end },
  { written: [], requests: 1, text: '' },
]
const same = JSON.stringify(Object.values(seen)) === JSON.stringify(expected)
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exitCode = same ? 0 : 1
END
node run.mjs
