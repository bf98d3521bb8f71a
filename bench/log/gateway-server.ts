import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import type { CleanUp } from "../../src/lib/clean-up.ts";
import { delay } from "../../src/lib/time.ts";
import { endProcess } from "../measure/end-process.ts";

export interface GatewayOptions {
  /** The program of the npm package better-ccflare. */
  readonly program: string;
  readonly modelUrl: string;
  /** Of its own. */
  readonly folder: string;
  /** Requests on record before the start, spread over the last thirty days. */
  readonly rows: number;
}

/**
 * Starts better-ccflare in front of the scripted model, with its default settings but for the texts of requests, which it does not keep.
 * Resolves with its URL.
 */
export async function startGateway(options: GatewayOptions, cleanUp: CleanUp): Promise<string> {
  const { program, folder } = options;
  await mkdir(folder, { recursive: true });
  const file = join(folder, "gateway.db");
  const start = async (): Promise<{ url: string; end(): Promise<void> }> => {
    const port = await freePort();
    const child = spawn(program, ["--serve", "--port", String(port)], {
      cwd: folder,
      env: { PATH: process.env["PATH"], HOME: folder, BETTER_CCFLARE_DB_PATH: file, STORE_PAYLOADS: "false" },
      stdio: "ignore",
      detached: true,
    });
    cleanUp.defer(() => endProcess(child));
    const url = `http://127.0.0.1:${port}`;
    while (!(await answers(`${url}/api/stats`))) {
      if (child.exitCode !== null) throw new Error("The gateway ended at its start.");
      await delay(50);
    }
    return { url, end: () => endProcess(child) };
  };
  // Its first start makes the tables.
  await (await start()).end();
  fill(file, options);
  return (await start()).url;
}

function fill(file: string, { modelUrl, rows }: GatewayOptions): void {
  const db = new DatabaseSync(file);
  db.prepare(
    `insert into accounts (id, name, provider, api_key, refresh_token, created_at, custom_endpoint)
     values ('bench', 'bench', 'anthropic-compatible', 'sk-bench', 'sk-bench', ?, ?)`,
  ).run(Date.now(), modelUrl);
  db.prepare(
    `with recursive numbers(n) as (select 1 where ? > 0 union all select n + 1 from numbers where n < ?)
     insert into requests (id, timestamp, method, path, account_used, status_code, success, response_time_ms, model, input_tokens,
       output_tokens, prompt_tokens, completion_tokens, total_tokens, cost_usd)
     select 'request-' || n, ? - (? - n) * (2592000000 / ?), 'POST', '/v1/messages', 'bench', 200, 1, 900 + n % 700,
       'claude-' || (n % 5), 10, 20, 10, 20, 30, 0.01 from numbers`,
  ).run(rows, rows, Date.now(), rows, Math.max(1, rows));
  db.close();
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || !address) throw new Error("There is no free port.");
  return address.port;
}
