#!/usr/bin/env bash
# Claude Code does not choose among the credentials that it has: two of them go out together, in two headers.
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
console.log('Guess:   where there are several credentials one is used, by a fixed order, and the others stay at home')
console.log('Truth:   a token and a key of the environment go out together; a key from apiKeyHelper goes out beside either of')
console.log('         them, and alone it stands in both headers: whoever is asked sees a key that was meant for somebody else')

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

const key = { ANTHROPIC_API_KEY: 'key' }
const token = { ANTHROPIC_AUTH_TOKEN: 'token' }
const settings = { apiKeyHelper: 'echo helped' }
const seen = {
  'token and key': await ask({ env: { ...token, ...key } }),
  'helper and key': await ask({ env: key, settings }),
  'helper and token': await ask({ env: token, settings }),
  'helper alone': await ask({ settings }),
}
api.close()
console.log('Seen:    ', seen)

const sent = Object.values(seen).map(({ authorization, apiKey }) => `${authorization} + ${apiKey}`)
const expected = ['Bearer token + key', 'Bearer helped + key', 'Bearer token + helped', 'Bearer helped + helped']
const same = JSON.stringify(sent) === JSON.stringify(expected)
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exitCode = same ? 0 : 1
END
node run.mjs
