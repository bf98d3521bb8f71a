import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

import { lockDataFolder } from "../../src/cli/lock-data-folder.ts";
import { controlFile } from "../../src/config/data-folder/control-address.ts";

// Has the data folder of its first argument and says how it is, as one of an earlier release, whatever it is asked; who asks at the
// paths behind it is taken and gets no answer.
// It ends where it is asked at the path of this variable.
const [dataDir = "", ...deafTo] = process.argv.slice(2);
const dyingAt = process.env["ENDS_AT"];
const lock = lockDataFolder(dataDir);
process.on("exit", () => lock[Symbol.dispose]());
createServer((request, response) => {
  request.resume();
  if (request.url === "/admin/api/stop") writeFileSync(join(dataDir, "told"), "");
  if (request.url === dyingAt) process.exit(0);
  if (deafTo.includes(request.url ?? "")) return void request.socket.destroy();
  const status = {
    object: "server",
    version: "0.0.1",
    url: "http://127.0.0.1:4141",
    pid: process.pid,
    started_at: 1,
    drain_ms: 0,
    state: "ready",
  };
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(status));
}).listen(controlFile(dataDir), () => console.log("listening"));
