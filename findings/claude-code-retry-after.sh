#!/usr/bin/env bash
# Claude Code waits as long as Retry-After says up to 60 seconds; 61 end the turn at once, and other valid forms are not read.
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
console.log("Guess:   a 429 is retried ten times; a long Retry-After is obeyed or cut, a date works too, as in the vendor's own client")
console.log('Truth:   60 is obeyed, 61 makes the 429 and also the 503 final, with no word about the wait in the result; a date in')
console.log('         Retry-After and retry-after-ms count as nothing, so that the first retry follows after half a second or so')

let answer
let requests = 0
const api = createServer((request, response) => {
  requests++
  const { status, headers } = answer()
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify({ type: 'error', error: { type: 'rate_limit_error', message: 'slow down' } }))
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

// What comes first: the word of a retry, with its delay, or the end of the turn.
const firstReaction = async (status, headers) => {
  answer = () => ({ status, headers: headers() })
  requests = 0
  const session = query({ prompt: 'hello', options })
  try {
    for await (const message of session) {
      if (message.subtype === 'api_retry') return { retryInMs: message.retry_delay_ms }
      if (message.type === 'result') return { requests, result: message.result }
    }
  } finally {
    session.close()
  }
}

const inThirtySeconds = () => new Date(Date.now() + 30_000).toUTCString()
const seen = {
  '429, retry-after: 60': await firstReaction(429, () => ({ 'retry-after': '60' })),
  '429, retry-after: 61': await firstReaction(429, () => ({ 'retry-after': '61' })),
  '503, retry-after: 61': await firstReaction(503, () => ({ 'retry-after': '61' })),
  '429, retry-after: a date in 30 s': await firstReaction(429, () => ({ 'retry-after': inThirtySeconds() })),
  '429, retry-after-ms: 30000': await firstReaction(429, () => ({ 'retry-after-ms': '30000' })),
}
api.close()
console.log('Seen:    ', seen)

const [sixty, tooMany, unavailable, date, milliseconds] = Object.values(seen)
const same =
  sixty.retryInMs >= 60_000 &&
  [tooMany, unavailable].every((reaction) => reaction.requests === 1 && !/61|minute|second/.test(reaction.result)) &&
  [date, milliseconds].every((reaction) => reaction.retryInMs < 2_000)
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exitCode = same ? 0 : 1
END
node run.mjs
