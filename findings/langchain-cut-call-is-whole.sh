#!/usr/bin/env bash
# A tool call that the token limit cut in the middle of its arguments comes out of a LangChain stream as a valid call.
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
console.log('Guess:   arguments that end in the middle are no JSON: the call is among invalid_tool_calls, streamed or not')
console.log('Truth:   streamed, what is missing is filled in, and the half letter is an ordinary call in tool_calls, where an agent')
console.log('         takes it; unstreamed, the same answer is an invalid call')

const cut = '{"file":"letter.txt","content":"Dear Sir'
const call = { id: 'call_1', type: 'function', function: { name: 'write', arguments: cut } }
const usage = { prompt_tokens: 9, completion_tokens: 9, total_tokens: 18 }
const common = { id: 'chatcmpl-1', created: 1, model: 'm' }
const chunk = (delta, reason) => ({
  ...common,
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason: reason ?? null }],
})
const api = createServer(async (request, response) => {
  const { stream } = JSON.parse((await request.toArray()).join(''))
  if (!stream) {
    const message = { role: 'assistant', content: null, tool_calls: [call] }
    response.writeHead(200, { 'content-type': 'application/json' })
    const choices = [{ index: 0, message, finish_reason: 'length' }]
    return response.end(JSON.stringify({ ...common, object: 'chat.completion', choices, usage }))
  }
  const chunks = [
    chunk({ role: 'assistant', content: null }),
    chunk({ tool_calls: [{ ...call, index: 0, function: { name: 'write', arguments: '' } }] }),
    chunk({ tool_calls: [{ index: 0, function: { arguments: cut } }] }),
    chunk({}, 'length'),
    { ...chunk({}), choices: [], usage },
  ]
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.end([...chunks.map((each) => JSON.stringify(each)), '[DONE]'].map((data) => `data: ${data}\n\n`).join(''))
}).listen(0, '127.0.0.1')
await once(api, 'listening')

const baseURL = `http://127.0.0.1:${api.address().port}/v1`
const model = new ChatOpenAI({ apiKey: 'none', model: 'm', maxRetries: 0, configuration: { baseURL } })
const calls = ({ tool_calls, invalid_tool_calls, response_metadata }) => ({
  tool_calls: tool_calls.map(({ name, args }) => ({ name, args })),
  invalid_tool_calls: invalid_tool_calls.map(({ name, args }) => ({ name, args })),
  finish_reason: response_metadata.finish_reason,
})
const unstreamed = calls(await model.invoke('hello'))
let message
for await (const part of await model.stream('hello')) message = message?.concat(part) ?? part
const streamed = calls(message)
api.close()
console.log('Seen:    arguments sent:', cut)
console.dir({ unstreamed, streamed }, { depth: 5 })

const same =
  unstreamed.tool_calls.length === 0 && unstreamed.invalid_tool_calls.length === 1 &&
  streamed.tool_calls[0]?.args.content === 'Dear Sir' && streamed.invalid_tool_calls.length === 0
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exitCode = same ? 0 : 1
END
node run.mjs
