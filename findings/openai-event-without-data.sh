#!/usr/bin/env bash
# What OpenAI's library makes of a server-sent event that has no data, which some servers send as a sign of life.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts openai@7.59.0 eventsource-parser@3.1.1

cat > run.mjs <<'END'
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createParser } from "eventsource-parser";
import OpenAI from "openai";

for (const name of ["openai", "eventsource-parser"]) {
  const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  console.log(`Version: ${name} ${version}`);
}
console.log("Guess:   `event: ping` with no data is passed over, like a comment: the standard for server-sent events dispatches no event");
console.log("         without data; and an event that the stream's end cuts off is left out, as the standard says, too");
console.log("Truth:   the first one ends the stream with an error about malformed JSON; the second one is handed out as if it were whole.");
console.log("         A comment, an id or a retry alone does no harm");

const chunk = (content) =>
  `data: ${JSON.stringify({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 0,
    model: "m",
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  })}`;
const [one, two] = [`${chunk("one ")}\n\n`, `${chunk("two ")}\n\n`];
const end = "data: [DONE]\n\n";
const streams = {
  "a comment": `${one}: ping\n\n${two}${end}`,
  "an id alone": `${one}id: 7\n\n${two}${end}`,
  "retry alone": `${one}retry: 1000\n\n${two}${end}`,
  "event: ping": `${one}event: ping\n\n${two}${end}`,
  "data without a value": `${one}data\n\n${two}${end}`,
  "no blank line at the end": `${one}${chunk("two ")}\n`,
};

let body = "";
const server = createServer((_, answer) => {
  answer.writeHead(200, { "content-type": "text/event-stream" });
  answer.end(body);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const client = new OpenAI({ baseURL: `http://127.0.0.1:${server.address().port}/v1`, apiKey: "none", maxRetries: 0, logLevel: "off" });

const textOf = (data) => JSON.parse(data).choices[0].delta.content;
async function withLibrary() {
  let text = "";
  try {
    const stream = await client.chat.completions.create({ model: "m", messages: [], stream: true });
    for await (const { choices } of stream) text += choices[0].delta.content;
  } catch (error) {
    return `${text}| ${error.message}`;
  }
  return text;
}
function withParser() {
  let text = "";
  // The standard dispatches nothing for empty data; this parser hands it out where there is a line for it.
  createParser({ onEvent: ({ data }) => data === "" || data === "[DONE]" || (text += textOf(data)) }).feed(body);
  return text;
}

const seen = {};
for (const [name, stream] of Object.entries(streams)) {
  body = stream;
  seen[name] = { openai: await withLibrary(), "eventsource-parser": withParser() };
}
server.close();
console.log("Seen:");
console.table(seen);
const both = "one two ";
const broken = ["event: ping", "data without a value"];
const same = Object.entries(seen).every(([name, { openai, "eventsource-parser": parser }]) => {
  if (broken.includes(name)) return openai.startsWith("one | ") && /malformed/.test(openai) && parser === both;
  return openai === both && parser === (name === "no blank line at the end" ? "one " : both);
});
console.log(same ? "As described." : "CHANGED: no longer as described.");
process.exitCode = same ? 0 : 1;
END
node run.mjs
