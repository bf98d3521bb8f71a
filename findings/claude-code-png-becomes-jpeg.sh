#!/usr/bin/env bash
# A PNG of less than a megabyte reaches the API as a JPEG, and nobody is told.
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
import { deflateSync } from 'node:zlib'
import { query } from '@anthropic-ai/claude-agent-sdk'

const { version } = JSON.parse(readFileSync('node_modules/@anthropic-ai/claude-agent-sdk/package.json', 'utf8'))
console.log(`Version: @anthropic-ai/claude-agent-sdk ${version} and the Claude Code that comes with it`)
console.log('Guess:   a base64 PNG below 2000 px a side and 5 MB goes to the API as it is')
console.log('Truth:   from about half a megabyte on it is encoded again as JPEG, with losses and without a word;')
console.log('         above 2000 px it is made smaller, and there a text block behind the prompt says so')

const crc32 = (bytes) => {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return ~crc >>> 0
}
const chunk = (type, data) => {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, check])
}
// Noise, which hardly compresses, always the same; or one colour.
const createPng = (width, height, colour) => {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header.set([8, 2], 8)
  const rows = Buffer.alloc(height * (1 + width * 3))
  let state = 1
  for (let at = 0; at < rows.length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    if (at % (1 + width * 3) > 0) rows[at] = colour ?? state >>> 24
  }
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))])
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

const contentThatReachesTheApi = async (data) => {
  asked = undefined
  async function* prompt() {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data } }
    yield { type: 'user', message: { role: 'user', content: [image, { type: 'text', text: 'Which colour is it?' }] } }
  }
  try {
    for await (const message of query({ prompt: prompt(), options })) void message
  } catch {
    // The 403.
  }
  return asked.messages.find((message) => message.role === 'user').content
}

const seen = []
for (const [width, height, colour] of [[400, 400], [500, 500], [2400, 1200, 0]]) {
  const png = createPng(width, height, colour)
  const content = await contentThatReachesTheApi(png.toString('base64'))
  const { media_type: type, data } = content.find((block) => block.type === 'image').source
  const bytes = Buffer.from(data, 'base64')
  const words = content.filter((block) => block.type === 'text').map((block) => block.text.trim())
  seen.push({ same: bytes.equals(png), type, jpegInside: bytes[0] === 0xff && bytes[1] === 0xd8, words })
  console.log(`Seen:    ${width} x ${height}, ${png.length} bytes of PNG -> ${bytes.length} bytes of ${type}; texts:`, words)
}
api.close()

const [small, large, wide] = seen
const same =
  small.same && small.words.length === 1 &&
  large.type === 'image/jpeg' && large.jpegInside && large.words.length === 1 &&
  wide.type === 'image/png' && !wide.same && wide.words.some((text) => text.includes('original 2400x1200, displayed at 2000x1000'))
console.log(same ? 'As described.' : 'CHANGED: no longer as described.')
process.exitCode = same ? 0 : 1
END
node run.mjs
