#!/usr/bin/env bash
# Codex sends a request that was refused for its size or its content six times; only 400 is final for it.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export TMPDIR=$folder
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @openai/codex@0.169.0

cat > run.mjs <<'END'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'

const { version } = JSON.parse(readFileSync('node_modules/@openai/codex/package.json', 'utf8'))
console.log(`Version: @openai/codex ${version}`)
console.log('Guess:   only what may pass is tried again: 408, 429, 5xx. 402, 413 and 422 end the turn like 400')
console.log('Truth:   these three are sent again five times, as after a lost connection, with "Reconnecting..." for the user')

let status
let requests = 0
const api = createServer((request, response) => {
  request.resume()
  const isTurn = request.method === 'POST' && request.url === '/v1/responses'
  if (isTurn) requests++
  response.writeHead(isTurn ? status : 404, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ error: { message: 'refused', type: 'invalid_request_error', code: null, param: null } }))
}).listen(0, '127.0.0.1')
await once(api, 'listening')

writeFileSync(
  'config.toml',
  `model = "m"
model_provider = "loopback"
check_for_update_on_startup = false
[model_providers.loopback]
name = "loopback"
base_url = "http://127.0.0.1:${api.address().port}/v1"
env_key = "LOOPBACK_KEY"
wire_api = "responses"
`,
)
const folder = process.cwd()
const env = { PATH: process.env.PATH, HOME: folder, CODEX_HOME: folder, TMPDIR: folder, LOOPBACK_KEY: 'none' }
// Nothing but loopback is reached.
Object.assign(env, { HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1' })

const ask = async (code) => {
  status = code
  requests = 0
  const stdio = ['ignore', 'pipe', 'ignore']
  const codex = spawn('node_modules/.bin/codex', ['exec', '--skip-git-repo-check', '--json', 'hello'], { env, stdio })
  const output = (await codex.stdout.toArray()).join('')
  const errors = output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === 'error')
  return { requests, firstError: errors[0]?.message.replaceAll(/\d+\.\d+\.\d+\.\d+:\d+/g, 'loopback') }
}

const seen = {}
for (const code of [400, 402, 413, 422]) seen[code] = await ask(code)
api.close()
console.log('Seen:    for each status, how often the same turn was asked, and the first error that Codex shows')
console.log(seen)

const same = seen[400].requests === 1 && [402, 413, 422].every((code) => seen[code].requests === 6)
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exitCode = same ? 0 : 1
END
node run.mjs
