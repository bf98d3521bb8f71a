import { createServer } from "node:net";

import { findPortOwner } from "../find-port-owner.ts";
import { findLockHolder } from "../lock-data-folder.ts";
import { describeStartupError } from "../describe-startup-error.ts";
import { type Check, fail, ok } from "./check.ts";

/** Whether the server could listen, or already does. */
export const checkPort: Check = {
  name: "Address",
  async run({ resolved }) {
    const { server, dataDir } = resolved.config;
    const { host, port } = server;
    if (port === 0) return [ok(`${host}, any free port`)];
    const error = await tryListening(host, port);
    if (!error) return [ok(`${host}:${port} is free`)];
    const holder = findLockHolder(dataDir);
    const owner = await findPortOwner(port);
    if (owner && holder.type === "held" && owner.processId === holder.processId) {
      return [ok(`${host}:${port}: this configuration's own server listens (process ${owner.processId})`)];
    }
    return (await describeStartupError(error, server)).map((line) => fail(line));
  },
};

/** Undefined when listening works. The address is free again when this resolves. */
function tryListening(host: string, port: number): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", resolve);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
