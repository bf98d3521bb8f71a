#!/usr/bin/env bash
# Claude Code collects garbage because a second is over, not because memory was used up: while it only waits, and in each turn.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export TMPDIR=$folder
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts \
  @anthropic-ai/claude-agent-sdk@0.3.332 @anthropic-ai/sdk@1.14.0 @modelcontextprotocol/sdk@1.32.2 zod@4.6.7

cat > run.mjs <<'END'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { query } from '@anthropic-ai/claude-agent-sdk'

const { version } = JSON.parse(readFileSync('node_modules/@anthropic-ai/claude-agent-sdk/package.json', 'utf8'))
console.log(`Version: @anthropic-ai/claude-agent-sdk ${version} and the Claude Code that comes with it`)
console.log('Guess:   the runtime collects garbage when enough was allocated: hardly ever in a short session, never while it waits')
console.log('Truth:   a timer asks for a collection each second in which anything was allocated. It is up to a third of the')
console.log('         processor time of a short session. An undocumented variable of the runtime sets the timer')

// The API lets the model think for four seconds.
const api = createServer(async (request, response) => {
  const { model } = JSON.parse((await request.toArray()).join('') || '{}')
  await delay(4_000)
  const usage = { input_tokens: 1, output_tokens: 1 }
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model, content: [], stop_reason: null, usage }
  const events = [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'ok' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage },
    { type: 'message_stop' },
  ]
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''))
}).listen(0, '127.0.0.1')
await once(api, 'listening')

/** How often a session of one turn collects garbage. */
async function countCollections(variables) {
  let log = ''
  const session = query({
    prompt: 'hello',
    options: {
      cwd: process.cwd(),
      model: 'claude-sonnet-5',
      systemPrompt: 'Be brief.',
      tools: [],
      settingSources: [],
      persistSession: false,
      spawnClaudeCodeProcess({ command, args, cwd, env }) {
        const child = spawn(command, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] })
        child.stderr.setEncoding('utf8').on('data', (text) => (log += text))
        return child
      },
      env: {
        PATH: process.env.PATH,
        HOME: process.cwd(),
        TMPDIR: process.cwd(),
        ANTHROPIC_API_KEY: 'none',
        ANTHROPIC_BASE_URL: `http://127.0.0.1:${api.address().port}`,
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        // Prints each collection.
        BUN_JSC_logGC: '1',
        ...variables,
      },
    },
  })
  for await (const message of session) void message
  return log.match(/: START /g)?.length ?? 0
}

const usual = await countCollections({})
const rare = await countCollections({ BUN_GC_TIMER_INTERVAL: '60000' })
api.close()
console.log(`Seen:    one turn whose answer takes four seconds: ${usual} collections`)
console.log(`         the same with BUN_GC_TIMER_INTERVAL=60000: ${rare}`)
const same = usual >= rare + 3
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exitCode = same ? 0 : 1
END
node run.mjs
