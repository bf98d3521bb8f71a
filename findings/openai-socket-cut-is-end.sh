#!/usr/bin/env bash
# What a program hears of a response that its connection is cut in, with the WebSocket for Responses of OpenAI's library.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts openai@7.59.0 ws@8.23.0

cat > run.mjs <<'END'
import { once } from "node:events";
import { readFileSync } from "node:fs";
import OpenAI from "openai";
import { ResponsesWS } from "openai/resources/responses/ws";
import { WebSocketServer } from "ws";

const { version } = JSON.parse(readFileSync("node_modules/openai/package.json", "utf8"));
console.log(`Version: openai ${version}`);
console.log("Guess:   when the connection breaks in mid-answer, the iteration throws, as that of a stream over HTTP does; with");
console.log("         `reconnect` the response that was lost is told, or asked for again");
console.log("Truth:   the iteration ends as it does after a good answer; the code 1006 of a `close` before is all there is. With");
console.log("         `reconnect` it goes on with the next response, and of the one that was cut nothing is ever heard again");

/** An API that answers the input `cut` with the beginning of an answer and a broken connection. */
const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
await once(server, "listening");
const asked = [];
server.on("connection", (socket) => {
  const send = (type, id, more = {}) => socket.send(JSON.stringify({ type, response: { id, output: [] }, ...more }));
  socket.on("message", (data) => {
    const { input } = JSON.parse(String(data));
    asked.push(input);
    send("response.created", input);
    if (input === "cut") socket.send(JSON.stringify({ type: "response.output_text.delta", delta: "Hal" }), () => socket.terminate());
    else send("response.completed", input);
  });
});
const client = new OpenAI({ baseURL: `http://127.0.0.1:${server.address().port}/v1`, apiKey: "none" });
const create = (input) => ({ type: "response.create", model: "m", input });

/** All that an iteration tells from the first request on. `then`: what to do at an event. */
async function follow(first, options, then = {}) {
  const socket = new ResponsesWS(client, options);
  socket.send(create(first));
  const told = [];
  try {
    for await (const { type, message, code } of socket.stream()) {
      const event = message ? `${message.type} ${message.response?.id ?? message.delta}` : [type, code].join(" ").trim();
      told.push(event);
      then[event]?.(socket);
    }
    told.push("– the iteration ends");
  } catch (error) {
    told.push(`– it throws: ${error.message}`);
  }
  return told;
}

const close = (socket) => socket.close();
const good = await follow("good", {}, { "response.completed good": close });
const cut = await follow("cut", {});
const reconnected = await follow(
  "cut",
  { reconnect: { initialDelay: 10, onReconnecting() {} } },
  { reconnected: (socket) => socket.send(create("next")), "response.completed next": close },
);
server.close();
console.log("Seen:    a good answer:  ", good.join(", "));
console.log("         cut:            ", cut.join(", "));
console.log("         with reconnect: ", reconnected.join(", "));
console.log("         asked of the API:", asked.join(", "));
const ends = (told) => told.at(-1) === "– the iteration ends" && !told.some((event) => event.startsWith("error"));
const same =
  [good, cut, reconnected].every(ends) &&
  cut.includes("close 1006") &&
  !cut.some((event) => /completed|failed|incomplete/.test(event)) &&
  reconnected.includes("response.completed next") &&
  reconnected.filter((event) => event.endsWith(" cut")).length === 1 &&
  asked.join() === "good,cut,cut,next";
console.log(same ? "As described." : "CHANGED: no longer as described.");
process.exitCode = same ? 0 : 1;
END
node run.mjs
