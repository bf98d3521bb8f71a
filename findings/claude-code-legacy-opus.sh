#!/usr/bin/env bash
# Claude Code asks another model than the one that is named, for some names: Opus 4 and 4.1 become the newest Opus.
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
console.log('Guess:   a full model id is sent as it was given, and the API says whether it still exists')
console.log('Truth:   four ids of Opus 4 and 4.1, dated or not, are sent as the newest Opus, whose rules are others (no temperature,')
console.log('         no forced tools); Opus 4.5, Sonnet 4 and Claude 3 Opus stay; the variable for it takes the change back')

// Refuses everything, and remembers the last request for a message.
let heard
const api = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  if (request.url.startsWith('/v1/messages')) {
    const { authorization, 'x-api-key': apiKey } = request.headers
    heard = { authorization, apiKey, model: JSON.parse(body).model }
  }
  response.writeHead(403, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ type: 'error', error: { type: 'permission_error', message: 'not today' } }))
}).listen(0, '127.0.0.1')
await once(api, 'listening')

const ask = async ({ model = 'claude-sonnet-5', env = {}, settings = {} }) => {
  heard = undefined
  const session = query({
    prompt: 'hello',
    options: {
      cwd: process.cwd(),
      model,
      settings,
      systemPrompt: 'Be brief.',
      tools: [],
      settingSources: [],
      persistSession: false,
      env: {
        PATH: process.env.PATH,
        HOME: process.cwd(),
        TMPDIR: process.cwd(),
        ANTHROPIC_BASE_URL: `http://127.0.0.1:${api.address().port}`,
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        ...env,
      },
    },
  })
  try {
    for await (const message of session) if (message.type === 'result') return heard
  } catch {
    return heard
  } finally {
    session.close()
  }
}

const env = { ANTHROPIC_API_KEY: 'none' }
const sentFor = async (model, more = {}) => (await ask({ model, env: { ...env, ...more } }))?.model
const replaced = ['claude-opus-4-0', 'claude-opus-4-20250514', 'claude-opus-4-1', 'claude-opus-4-1-20250805']
const kept = ['claude-opus-4-5', 'claude-sonnet-4-0', 'claude-3-opus-20240229']
const seen = {}
for (const model of [...replaced, ...kept]) seen[model] = await sentFor(model)
const variable = { CLAUDE_CODE_DISABLE_LEGACY_MODEL_REMAP: '1' }
seen['claude-opus-4-1, with the variable'] = await sentFor('claude-opus-4-1', variable)
api.close()
console.log('Seen:    ', seen)

const [newest] = replaced.map((model) => seen[model])
const same =
  /^claude-opus-/.test(newest) &&
  replaced.every((model) => seen[model] === newest && newest !== model) &&
  kept.every((model) => seen[model] === model) &&
  seen['claude-opus-4-1, with the variable'] === 'claude-opus-4-1'
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exitCode = same ? 0 : 1
END
node run.mjs
