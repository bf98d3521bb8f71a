import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer } from "node:http";

import { onTestFinished } from "vitest";

import { findControlAddress } from "../../src/config/data-folder/control-address.ts";

/** Says who it is as every server does. */
const WHO = {
  object: "server",
  version: "0.0.1",
  pid: process.pid,
  url: "http://127.0.0.1:4141",
  state: "ready",
};

/** Answers at the socket of a data folder as its server does, for as long as the test lasts: with this status, or this error. */
export async function serveControl(dataDir: string, status: object, code = 200): Promise<void> {
  mkdirSync(dataDir, { recursive: true });
  const server = createServer((_request, response) => {
    response
      .writeHead(code, { "content-type": "application/json" })
      .end(JSON.stringify(code < 400 ? { ...WHO, ...status } : status));
  });
  await once(server.listen(findControlAddress(dataDir)), "listening");
  onTestFinished(() => void server.close());
}
