import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished } from "vitest";

import { runProgram } from "../../src/cli/turnpike.ts";
import { controlFile } from "../../src/config/data-folder/control-address.ts";
import { addOperatorRoutes } from "../../src/http/admin/add-admin-routes.ts";
import { createApp } from "../../src/http/create-app.ts";
import { listenLocally } from "../../src/http/listen.ts";
import { withLocalUser } from "../../src/service/access/with-local-user.ts";
import { FakeContext } from "../cli/fake-context.ts";
import { startKeyedServer } from "./keyed-server.ts";
import { say } from "./scripted-server.ts";

/** Runs `turnpike <name> …` with a data folder. `now`: milliseconds since the epoch. */
export function openCommands(name: string, now: number) {
  const dataDir = realpathSync(mkdtempSync(join(tmpdir(), `turnpike-${name}-`)));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const run = async (args: readonly string[], environment: Record<string, string> = {}) => {
    const fake = new FakeContext(dataDir);
    fake.now = now;
    fake.environment = environment;
    const code = await runProgram([name, ...args, "--data-dir", dataDir], fake.context);
    return { code, out: fake.printed.join("\n"), errors: fake.errors.join("\n") };
  };
  const json = async <Body>(...args: readonly string[]): Promise<Body> => {
    const { code, out, errors } = await run([...args, "--json"]);
    expect([code, errors]).toEqual([0, ""]);
    return JSON.parse(out);
  };
  return { dataDir, run, json };
}

/** The same beside a running server, on its control socket. */
export async function openServedCommands(name: string, now: number) {
  const keyed = await startKeyedServer(say("ok"), { clock: () => now });
  const commands = openCommands(name, now);
  await openControlSocket(keyed, commands.dataDir);
  return { keyed, ...commands };
}

/** The operator's way to a server with keys. */
export async function openControlSocket(
  keyed: Awaited<ReturnType<typeof startKeyedServer>>,
  dataDir: string,
): Promise<void> {
  const app = createApp({
    ...keyed.server.parts,
    options: { ...keyed.server.parts.options, host: "localhost", keys: withLocalUser(keyed.keys, false) },
  });
  addOperatorRoutes(app, { ...keyed.admin, onStop: () => {} });
  const timeouts = {
    headersTimeoutMs: 10_000,
    bodyTimeoutMs: 10_000,
    idleSocketMs: 10_000,
    stalledClientMs: 10_000,
  };
  const control = await listenLocally(app, controlFile(dataDir), timeouts);
  onTestFinished(() => control.close(AbortSignal.abort()));
}
