#!/usr/bin/env bash
# A user message without content still has the model asked: with a reminder in the user's place, or with its own last answer.
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
console.log('Guess:   a user message with `content: []` is refused, or starts no turn; at most it goes out as "(no content)"')
console.log('Truth:   the turn counts as a success. The model is asked with a reminder of Claude Code as the words of the user;')
console.log("         with that reminder off, with a conversation whose last message is the assistant's own")

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
  const text = `answer ${requests.length}`
  stream(response, body.model, { type: 'text', text: '' }, { type: 'text_delta', text }, 'end_turn')
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

// Pushes the contents one after another, each once the turn before it is over, and returns the last request.
const lastMessages = async (contents, env) => {
  requests.length = 0
  let turnEnded = () => {}
  async function* prompt() {
    for (const content of contents) {
      const ended = new Promise((resolve) => (turnEnded = resolve))
      yield { type: 'user', message: { role: 'user', content } }
      await ended
    }
  }
  const results = []
  for await (const message of query({ prompt: prompt(), options: { ...options, env: { ...options.env, ...env } } })) {
    if (message.type !== 'result') continue
    results.push(message.is_error ? 'error' : message.result)
    turnEnded()
  }
  const text = (content) => (typeof content === 'string' ? content : content.map((block) => block.text).join(' | '))
  const words = (message) => `${message.role}: ${text(message.content).replaceAll('\n', '')}`
  return { results, messages: requests.at(-1).messages.filter((message) => message.role !== 'system').map(words) }
}

const seen = {
  'hello, then ""': await lastMessages(['hello', ''], {}),
  'hello, then []': await lastMessages(['hello', []], {}),
  'the same, reminder off': await lastMessages(['hello', []], { CLAUDE_CODE_TOTAL_TOKENS_REMINDER: 'off' }),
}
api.close()
console.log('Seen:    for each pair of messages, the results and the last request, without its system messages')
console.log(seen)

const [words, nothing, off] = Object.values(seen)
const same =
  Object.values(seen).every(({ results }) => results.join() === 'answer 1,answer 2') &&
  words.messages.at(-1).endsWith('(no content)') &&
  /^user: <system-reminder><total_tokens>\d+ tokens left<\/total_tokens><\/system-reminder>$/.test(nothing.messages.at(-1)) &&
  off.messages.at(-1) === 'assistant: answer 1'
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exitCode = same ? 0 : 1
END
node run.mjs
