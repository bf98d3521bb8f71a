#!/usr/bin/env bash
# A field `betas` in CLAUDE_CODE_EXTRA_BODY does not reach the body, and takes away every beta that the rest of the body stands on.
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
console.log('Guess:   betas and anthropic_beta go out in the body, like any other field, or are added to the header')
console.log('Truth:   anthropic_beta does go out in the body; betas becomes the header anthropic-beta, in the place of all that was in it,')
console.log('         while context_management and output_config.effort, which need betas of their own, stay in the body')

// The API notes what it is asked and answers 403, which ends the turn.
let asked
const api = createServer(async (request, response) => {
  const body = (await request.toArray()).join('')
  if (request.url.startsWith('/v1/messages?')) asked ??= { header: request.headers['anthropic-beta'], body: JSON.parse(body) }
  response.writeHead(403, { 'content-type': 'application/json' }).end('{}')
}).listen(0, '127.0.0.1')
await once(api, 'listening')

const run = async (extraBody) => {
  asked = undefined
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
      CLAUDE_CODE_EXTRA_BODY: JSON.stringify(extraBody),
    },
  }
  try {
    for await (const message of query({ prompt: 'hello', options })) void message
  } catch {
    // The 403.
  }
  const { header, body } = asked
  const fields = Object.keys(body).filter((name) => /beta|context|output/.test(name))
  return { header: header.split(','), fields }
}
const mine = 'files-api-2025-04-14'
const seen = {
  nothing: await run({}),
  anthropic_beta: await run({ anthropic_beta: [mine] }),
  betas: await run({ betas: [mine] }),
}
api.close()
console.log('Seen:    for each extra field, the header anthropic-beta and the fields of the body that are about betas or need one')
console.log(seen)

const { nothing, anthropic_beta: inBody, betas } = seen
const needed = ['context_management', 'output_config']
const same =
  nothing.header.length > 3 && !nothing.header.includes(mine) &&
  inBody.header.length === nothing.header.length && inBody.fields.includes('anthropic_beta') &&
  String(betas.header) === mine && !betas.fields.includes('betas') && needed.every((name) => betas.fields.includes(name))
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exitCode = same ? 0 : 1
END
node run.mjs
