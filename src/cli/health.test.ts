import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { FakeContext } from "../../test/cli/fake-context.ts";
import { serveControl } from "../../test/cli/serve-control.ts";
import { runProgram } from "./turnpike.ts";

/** A server that says this; `undefined`: there was one. */
async function serve(host: string, answer: { status: number; body: string } | undefined) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(answer?.status ?? 500).end(answer?.body);
  }).listen(0, host);
  await once(server, "listening");
  // Proof for the cast: a server that listens on TCP has such an address.
  const { port } = server.address() as AddressInfo;
  const close = async () => void (server.listening && server.close() && (await once(server, "close")));
  onTestFinished(close);
  if (!answer) await close();
  return { port, asked };
}

async function runHealth(host: string, port: number) {
  return runHealthIn(makeFolder(), port, "--host", host);
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function runHealthIn(folder: string, port: number, ...args: readonly string[]) {
  const fake = new FakeContext(folder);
  fake.environment = { TURNPIKE_PORT: String(port), TURNPIKE_API_KEY: "tp-a-key-for-health" };
  const code = await runProgram(["health", ...args], fake.context);
  return { code, said: [...fake.printed, ...fake.errors].join() };
}

test.each([
  ["127.0.0.1", "127.0.0.1"],
  ["0.0.0.0", "127.0.0.1"],
  ["::", "[::1]"],
])("a server on %s that takes turns", async (host, name) => {
  const { port, asked } = await serve(host, { status: 200, body: '{"status":"ready"}' });
  expect(await runHealth(host, port)).toEqual({ code: 0, said: `http://${name}:${port} is ready.` });
  expect(asked).toEqual(["/health/ready"]);
});

test.each([
  ['{"status":"not-ready","problem":"Claude Code has no credentials."}', "Claude Code has no credentials."],
  ['{"status":"draining"}', "draining"],
  ["[]", "it does not say why"],
])("one that takes none: %s", async (body, problem) => {
  const { port } = await serve("127.0.0.1", { status: 503, body });
  const said = `http://127.0.0.1:${port} takes no turns: ${problem}`;
  expect(await runHealth("127.0.0.1", port)).toEqual({ code: 1, said });
});

test.each([undefined, { status: 200, body: "<html>" }])("none, or another program's: %o", async (answer) => {
  const { port } = await serve("127.0.0.1", answer);
  const { code, said } = await runHealth("127.0.0.1", port);
  expect(code).toBe(1);
  expect(said).toContain(`http://127.0.0.1:${port} does not answer: `);
});

test("the server of the data folder is asked wherever it listens, unless an address is typed", async () => {
  const folder = makeFolder();
  const { port, asked } = await serve("127.0.0.1", { status: 200, body: '{"status":"ready"}' });
  const other = await serve("127.0.0.1", { status: 503, body: '{"status":"draining"}' });
  await serveControl(join(folder, ".local/share/turnpike"), { url: `http://127.0.0.1:${port}` });
  expect(await runHealthIn(folder, other.port)).toEqual({
    code: 0,
    said: `http://127.0.0.1:${port} is ready.`,
  });
  expect([asked.length, other.asked.length]).toEqual([1, 0]);
  expect((await runHealthIn(folder, 9, "--port", String(other.port))).code).toBe(1);
  expect([asked.length, other.asked.length]).toEqual([1, 1]);
});

async function askForJson({ port }: { readonly port: number }) {
  const { code, said } = await runHealthIn(makeFolder(), port, "--json");
  const body: unknown = JSON.parse(said);
  return { code, body };
}

test("for programs", async () => {
  const ready = await serve("127.0.0.1", { status: 200, body: '{"status":"ready"}' });
  const draining = await serve("127.0.0.1", { status: 503, body: '{"status":"draining"}' });
  const gone = await serve("127.0.0.1", undefined);
  const url = `http://127.0.0.1:${ready.port}`;
  expect(await askForJson(ready)).toEqual({
    code: 0,
    body: { object: "health", url, is_ready: true, problem: null },
  });
  expect(await askForJson(draining)).toMatchObject({
    code: 1,
    body: { is_ready: false, problem: "draining" },
  });
  expect(await askForJson(gone)).toMatchObject({
    code: 1,
    body: { is_ready: false, problem: expect.stringContaining("does not answer") },
  });
});
