#!/usr/bin/env bash
# What a server made with ws does with the pings of a client that sends many at once.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts ws@8.23.0

cat > run.mjs <<'END'
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { WebSocket, WebSocketServer } from "ws";

const { version } = JSON.parse(readFileSync("node_modules/ws/package.json", "utf8"));
console.log(`Version: ws ${version}`);
console.log("Guess:   every ping is answered, or at least the last one, as RFC 6455 allows; how many came in one packet does not matter");
console.log("Truth:   61 that arrive together end the connection: without a close frame (1006), without an error at the server, and");
console.log("         with the message that came behind them unread; the 60 pongs before are sent. maxPendingAutoPongs: 0 is the old way");

/** What a client sees that sends so many pings and a message in one piece, reading all the time. */
async function burst(count, options = {}) {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", ...options });
  await once(server, "listening");
  const seen = { pings: count, pongs: 0, message: "not answered", errors: 0 };
  server.on("connection", (socket) => {
    socket.on("error", () => (seen.errors += 1));
    socket.on("message", (data) => socket.send(data));
  });
  const client = new WebSocket(`ws://127.0.0.1:${server.address().port}`);
  await once(client, "open");
  client.on("pong", () => (seen.pongs += 1));
  const over = new Promise((resolve) => {
    client.on("message", () => resolve("answered"));
    client.on("close", (code) => resolve(`closed with ${code}`));
  });
  // As one piece: so they come when the client's machine, or a proxy, has slept.
  client._socket.cork();
  for (let each = 0; each < count; each += 1) client.ping();
  client.send("hello");
  client._socket.uncork();
  seen.message = await over;
  client.terminate();
  server.close();
  return seen;
}

const seen = [await burst(60), await burst(61), await burst(61, { maxPendingAutoPongs: 0 })];
console.log("Seen:");
console.table(seen);
const [sixty, more, without] = seen.map(({ pongs, message, errors }) => `${pongs} ${message} ${errors}`);
const same = sixty === "60 answered 0" && more === "60 closed with 1006 0" && without === "61 answered 0";
console.log(same ? "As described." : "CHANGED: no longer as described.");
process.exitCode = same ? 0 : 1;
END
node run.mjs
