#!/usr/bin/env bash
# Of two tool calls with the ids `look` and `look_2`, Claude Code loses the second one's result when it resumes the conversation.
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
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { query } from '@anthropic-ai/claude-agent-sdk'

const { version } = JSON.parse(readFileSync('node_modules/@anthropic-ai/claude-agent-sdk/package.json', 'utf8'))
console.log(`Version: @anthropic-ai/claude-agent-sdk ${version} and the Claude Code that comes with it`)
console.log('Guess:   a tool call id is any string of [a-zA-Z0-9_-]; each result goes to the call of its id')
console.log("Truth:   an id that is another call's id plus _ and a number has its result replaced by an error text")

// A transcript of four entries: a question, two calls in one message, both results, an answer.
const writeTranscript = (file, ids) => {
  const messages = [
    { role: 'user', content: 'hello' },
    { role: 'assistant', content: ids.map((id) => ({ type: 'tool_use', id, name: 'look', input: {} })) },
    { role: 'user', content: ids.map((id) => ({ type: 'tool_result', tool_use_id: id, content: `result of ${id}` })) },
    { role: 'assistant', content: [{ type: 'text', text: 'I have both.' }] },
  ]
  const uuid = (index) => (index < 0 ? null : `00000000-0000-4000-8000-00000000000${index}`)
  const entries = messages.map((message, index) => ({
    type: message.role,
    uuid: uuid(index),
    parentUuid: uuid(index - 1),
    sessionId: '00000000-0000-4000-8000-0000000000ff',
    timestamp: '2026-01-01T00:00:00.000Z',
    message,
  }))
  writeFileSync(file, entries.map((entry) => JSON.stringify(entry) + '\n').join(''))
}

// The API notes what it is asked and answers 403, which ends the turn.
let asked
const api = createServer(async (request, response) => {
  const body = (await request.toArray()).join('')
  if (request.url.startsWith('/v1/messages')) asked ??= JSON.parse(body)
  response.writeHead(403, { 'content-type': 'application/json' }).end('{}')
}).listen(0, '127.0.0.1')
await once(api, 'listening')

const options = {
  cwd: process.cwd(),
  model: 'claude-sonnet-5',
  systemPrompt: 'Be brief.',
  tools: [],
  settingSources: [],
  env: {
    PATH: process.env.PATH,
    HOME: process.cwd(),
    TMPDIR: process.cwd(),
    ANTHROPIC_API_KEY: 'none',
    ANTHROPIC_BASE_URL: `http://127.0.0.1:${api.address().port}`,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  },
}

const resultsThatReachTheApi = async (ids) => {
  asked = undefined
  const file = `${process.cwd()}/transcript-${ids.join('-')}.jsonl`
  writeTranscript(file, ids)
  try {
    for await (const message of query({ prompt: 'go on', options: { ...options, resume: file } })) void message
  } catch {
    // The 403.
  }
  const results = asked.messages.flatMap((message) => message.content).filter((block) => block.type === 'tool_result')
  return ids.map((id) => results.find((block) => block.tool_use_id === id)?.content)
}

const seen = {}
for (const ids of [['look_1', 'look_2'], ['look', 'look_b'], ['look', 'look_2'], ['call_1', 'call_1_2']]) {
  seen[ids.join(', ')] = await resultsThatReachTheApi(ids)
}
api.close()
console.log('Seen:    for each pair of ids, the two results in the next request')
console.log(seen)

const lost = '[Tool result missing due to internal error]'
const expected = {
  'look_1, look_2': ['result of look_1', 'result of look_2'],
  'look, look_b': ['result of look', 'result of look_b'],
  'look, look_2': ['result of look', lost],
  'call_1, call_1_2': ['result of call_1', lost],
}
const same = JSON.stringify(seen) === JSON.stringify(expected)
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exitCode = same ? 0 : 1
END
node run.mjs
