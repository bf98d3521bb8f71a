#!/usr/bin/env bash
# What a streamed answer's reasoning becomes in the final message of OpenAI's own stream helper.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts openai@7.59.0

cat > run.mjs <<'END'
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import OpenAI from "openai";

const { version } = JSON.parse(readFileSync("node_modules/openai/package.json", "utf8"));
console.log(`Version: openai ${version}`);
console.log("Guess:   the pieces of reasoning_content, a field that the library does not know, are joined like content, or left out");
console.log("Truth:   the final message has the last piece alone, and nothing says that it is not the whole");

const deltas = [
  { role: "assistant", content: "" },
  { reasoning_content: "First " },
  { reasoning_content: "I think, " },
  { reasoning_content: "then I speak." },
  { content: "Hello " },
  { content: "there." },
];
const chunk = (delta, finish_reason = null) =>
  `data: ${JSON.stringify({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 0,
    model: "m",
    choices: [{ index: 0, delta, finish_reason }],
  })}\n\n`;

const server = createServer((_, answer) => {
  answer.writeHead(200, { "content-type": "text/event-stream" });
  answer.end([...deltas.map((delta) => chunk(delta)), chunk({}, "stop"), "data: [DONE]\n\n"].join(""));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const client = new OpenAI({ baseURL: `http://127.0.0.1:${server.address().port}/v1`, apiKey: "none" });
const messages = [{ role: "user", content: "hi" }];

let pieces = "";
const stream = await client.chat.completions.create({ model: "m", messages, stream: true });
for await (const { choices } of stream) pieces += choices[0]?.delta.reasoning_content ?? "";
const message = await client.chat.completions.stream({ model: "m", messages }).finalMessage();
server.close();

console.log("Seen:    pieces of the stream, joined:", JSON.stringify(pieces));
console.log("         final message, content:", JSON.stringify(message.content));
console.log("         final message, reasoning_content:", JSON.stringify(message.reasoning_content));
const same =
  pieces === "First I think, then I speak." &&
  message.content === "Hello there." &&
  message.reasoning_content === "then I speak.";
console.log(same ? "As described." : "CHANGED: no longer as described.");
process.exitCode = same ? 0 : 1;
END
node run.mjs
