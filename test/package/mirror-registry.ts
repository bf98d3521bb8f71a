import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { promisify } from "node:util";

export interface Mirror {
  readonly url: string;
  close(): Promise<void>;
}

interface Kept {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

/**
 * This machine's npm registry on a loopback address, each file fetched once for all that ask: Claude Code alone has more than 100 MB.
 * Another user who installs from it needs none of this machine's settings.
 */
export async function mirrorRegistry(): Promise<Mirror> {
  const { stdout } = await promisify(execFile)("npm", ["config", "get", "registry"]);
  const registry = stdout.trim().replace(/\/$/, "");
  const kept = new Map<string, Promise<Kept>>();
  let url = "";
  const load = async (path: string, accept: string): Promise<Kept> => {
    const answer = await fetch(`${registry}${path}`, { headers: { accept } });
    const type = answer.headers.get("content-type") ?? "application/octet-stream";
    const body = Buffer.from(await answer.arrayBuffer());
    // Where the tarballs are is named in it.
    const isNaming = type.includes("json");
    return {
      status: answer.status,
      type,
      body: isNaming ? Buffer.from(body.toString().replaceAll(registry, url)) : body,
    };
  };
  const server = createServer((request, response) => {
    const { url: path = "/", headers, method } = request;
    request.resume();
    if (method !== "GET") return void response.writeHead(404).end("{}");
    const accept = headers.accept ?? "*/*";
    const key = `${accept} ${path}`;
    const found = kept.get(key) ?? load(path, accept);
    kept.set(key, found);
    found.then(
      ({ status, type, body }) => response.writeHead(status, { "content-type": type }).end(body),
      (error) => response.writeHead(502).end(String(error)),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A TCP server has a port");
  url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
