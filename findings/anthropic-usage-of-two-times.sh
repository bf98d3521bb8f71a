#!/usr/bin/env bash
# What the final message of Anthropic's stream helper says was written to the cache, when that grew during the answer.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @anthropic-ai/sdk@1.14.0

cat > run.mjs <<'END'
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import Anthropic from "@anthropic-ai/sdk";

const { version } = JSON.parse(readFileSync("node_modules/@anthropic-ai/sdk/package.json", "utf8"));
console.log(`Version: @anthropic-ai/sdk ${version}`);
console.log("Guess:   the usage of message_delta, whose numbers are totals, takes the place of that of message_start, field by field");
console.log("Truth:   six fields are taken over, the others are those of the start: tokens written to the cache are told in all as at");
console.log("         the end, and by how long they are kept as at the beginning, so that the parts are not the sum");

const start = {
  input_tokens: 10,
  output_tokens: 1,
  cache_creation_input_tokens: 100,
  cache_read_input_tokens: 0,
  cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 0 },
  service_tier: "priority",
};
// A tool that the API runs itself has been asked in between, and the model once more.
const end = {
  input_tokens: 30,
  output_tokens: 50,
  cache_creation_input_tokens: 900,
  cache_read_input_tokens: 100,
  cache_creation: { ephemeral_5m_input_tokens: 300, ephemeral_1h_input_tokens: 600 },
  service_tier: "standard",
  server_tool_use: { web_search_requests: 1 },
};
const message = { id: "msg_1", type: "message", role: "assistant", model: "m", content: [], stop_reason: null, stop_sequence: null };
const events = [
  { type: "message_start", message: { ...message, usage: start } },
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hello" } },
  { type: "content_block_stop", index: 0 },
  { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: end },
  { type: "message_stop" },
];
const server = createServer((_, answer) => {
  answer.writeHead(200, { "content-type": "text/event-stream" });
  answer.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(""));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const client = new Anthropic({ baseURL: `http://127.0.0.1:${server.address().port}`, apiKey: "none" });
const { usage } = await client.messages.stream({ model: "m", max_tokens: 100, messages: [{ role: "user", content: "hi" }] }).finalMessage();
server.close();

const text = (value) => JSON.stringify(value);
const from = (name) => (text(usage[name]) === text(end[name]) ? "the end" : text(usage[name]) === text(start[name]) ? "the start" : "neither");
const seen = Object.fromEntries(Object.keys(end).map((name) => [name, { value: text(usage[name]), "as at": from(name) }]));
console.log("Seen:");
console.table(seen);
const ofStart = Object.keys(seen).filter((name) => seen[name]["as at"] === "the start");
const same = ofStart.join() === "cache_creation,service_tier" && !Object.keys(seen).some((name) => from(name) === "neither");
console.log(same ? "As described." : "CHANGED: no longer as described.");
process.exitCode = same ? 0 : 1;
END
node run.mjs
