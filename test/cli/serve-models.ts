import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { onTestFinished } from "vitest";

export interface ModelsServer {
  /** Without `/v1`. */
  readonly url: string;
  readonly port: number;
  /** What each request had as its authorization. */
  readonly keys: (string | undefined)[];
}

/** Something that tells these models to whoever has the key, for as long as the test lasts. */
export async function serveModels(models: readonly object[], key: string): Promise<ModelsServer> {
  const keys: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    keys.push(request.headers.authorization);
    const isAllowed = request.headers.authorization === `Bearer ${key}`;
    const isList = request.url === "/v1/models";
    response.writeHead(!isAllowed ? 401 : isList ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify({ data: models }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  // Proof for the cast: it listens on a TCP port.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, keys };
}

/** As `GET /v1/models` tells one. */
export function servedModel(id: string, builtin = "off", context = 200_000): object {
  return { id, context_length: context, max_output_tokens: 64_000, claude: { builtin_tools: builtin } };
}
