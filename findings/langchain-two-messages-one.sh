#!/usr/bin/env bash
# Streamed, a remark and the answer after it, two messages of the Responses API, become one text in LangChain that is all final answer.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
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
console.log('Guess:   two messages of an answer are two blocks of content, each with its own phase, streamed or not')
console.log('Truth:   streamed they are one block, joined without a space, with the phase of the last: who shows the final answer shows the')
console.log('         remark with it; unstreamed they are two, and two go back to the API in both cases')

const messages = [
  { id: 'msg_1', phase: 'commentary', text: 'I look at the file.' },
  { id: 'msg_2', phase: 'final_answer', text: 'It is empty.' },
]
const usage = {
  input_tokens: 9,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 9,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 18,
}
const part = (text) => ({ type: 'output_text', text, annotations: [], logprobs: [] })
const item = ({ id, phase, text }) => ({ id, type: 'message', role: 'assistant', status: 'completed', phase, content: [part(text)] })
const common = { id: 'resp_1', object: 'response', created_at: 1, model: 'm', error: null, incomplete_details: null, tools: [] }
const begun = { ...common, status: 'in_progress', output: [], usage: null }
const completed = { ...common, status: 'completed', output: messages.map(item), usage }

const eventsOfMessage = (message, output_index) => {
  const place = { output_index, item_id: message.id, content_index: 0 }
  return [
    { type: 'response.output_item.added', output_index, item: { ...item(message), status: 'in_progress', content: [] } },
    { type: 'response.content_part.added', ...place, part: part('') },
    { type: 'response.output_text.delta', ...place, delta: message.text, logprobs: [] },
    { type: 'response.output_text.done', ...place, text: message.text, logprobs: [] },
    { type: 'response.content_part.done', ...place, part: part(message.text) },
    { type: 'response.output_item.done', output_index, item: item(message) },
  ]
}
const events = [
  { type: 'response.created', response: begun },
  ...messages.flatMap(eventsOfMessage),
  { type: 'response.completed', response: completed },
].map((event, sequence_number) => ({ ...event, sequence_number }))

const inputs = []
const api = createServer(async (request, response) => {
  const { stream, input } = JSON.parse((await request.toArray()).join(''))
  inputs.push(input)
  response.writeHead(200, { 'content-type': stream ? 'text/event-stream' : 'application/json' })
  if (!stream) return response.end(JSON.stringify(completed))
  response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''))
}).listen(0, '127.0.0.1')
await once(api, 'listening')

const baseURL = `http://127.0.0.1:${api.address().port}/v1`
const model = new ChatOpenAI({ apiKey: 'none', model: 'm', maxRetries: 0, useResponsesApi: true, configuration: { baseURL } })
const question = { role: 'user', content: 'What is in it?' }
const blocks = ({ content }) => content.map(({ text, phase }) => ({ text, phase }))

const unstreamed = await model.invoke([question])
let streamed
for await (const chunk of await model.stream([question])) streamed = streamed?.concat(chunk) ?? chunk
await model.invoke([question, streamed, { role: 'user', content: 'And then?' }])
api.close()
const sentBack = inputs.at(-1).filter(({ role }) => role === 'assistant').length
const seen = { unstreamed: blocks(unstreamed), streamed: blocks(streamed), 'messages sent back after the stream': sentBack }
console.log('Seen:')
console.dir(seen, { depth: 5 })

const apart = messages.map(({ text, phase }) => ({ text, phase }))
const [remark, answer] = messages
const together = [{ text: remark.text + answer.text, phase: 'final_answer' }]
const same =
  JSON.stringify(seen.unstreamed) === JSON.stringify(apart) &&
  JSON.stringify(seen.streamed) === JSON.stringify(together) &&
  sentBack === 2
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exitCode = same ? 0 : 1
END
node run.mjs
