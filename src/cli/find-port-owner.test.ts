import { once } from "node:events";
import { createServer } from "node:net";

import { expect, onTestFinished, test } from "vitest";

import { findPortOwner, listeningSockets } from "./find-port-owner.ts";

test("reads the sockets that listen on a port from the kernel's table", () => {
  const table = `
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:102D 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 111 1 0 100 0 0 10 0
   1: 0100007F:102D 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 222 1 0 20 4 30 10 -1
   2: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 0 100 0 0 10 0
`;
  expect(listeningSockets(table, 4141)).toEqual(["socket:[111]"]);
  expect(listeningSockets("", 4141)).toEqual([]);
});

test.skipIf(process.platform === "win32").each(["127.0.0.1", "::"])(
  "finds who listens on %s",
  async (host) => {
    const server = createServer().listen(0, host);
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("expected a TCP address");
    const owner = await findPortOwner(address.port);
    expect(owner?.processId).toBe(process.pid);
    expect(owner?.command).toContain("node");
  },
);

test("a free port has no owner", async () => {
  expect(await findPortOwner(1)).toBeUndefined();
});
