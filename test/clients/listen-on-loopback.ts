import { once } from "node:events";
import type { Server } from "node:http";

/** Listens on a port that the system chooses, until the end; resolves with the URL. */
export async function listenOnLoopback(
  server: Server,
  onEnd: (end: () => Promise<void>) => void,
): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onEnd(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No TCP port was assigned");
  return `http://127.0.0.1:${address.port}`;
}
