import { copyFile, rename } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import { reply, text, textBlock } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { findPostgres, startPrivateServer } from "../conformance/postgres-server.ts";
import { user } from "./ask.ts";
import { expectError } from "./expect-error.ts";
import { fillDisk, mountDisk } from "./small-disk.ts";
import { startTurnpike, type Turnpike } from "./start-turnpike.ts";

const NAMED = { "x-conversation-id": "mine" };
const ask = (turnpike: Turnpike, words: string) =>
  turnpike.post({ model: "sonnet", messages: [user(words)] }, NAMED);
const readiness = async (turnpike: Turnpike) => {
  const response = await turnpike.fetch("/health/ready");
  return { code: response.status, body: await response.json() };
};

const postgres = findPostgres();

describe.skipIf(postgres.type !== "binaries")("a Postgres that goes away in the middle of a turn", () => {
  test("costs no answer, is told, and is used again when it is back", async () => {
    if (postgres.type !== "binaries") return;
    const server = await startPrivateServer(postgres.folder);
    onTestFinished(() => server.stop());
    const databaseUrl = await server.createDatabase();
    const turnpike = await startTurnpike({ flags: { databaseUrl } });
    turnpike.upstream.respondWith(text("one"));
    expect((await ask(turnpike, "first")).status).toBe(200);

    const gate = new Gate();
    turnpike.upstream.respondWith(reply({ blocks: [textBlock("", { chunks: ["tw", gate, "o"] })] }));
    const stream = await turnpike.post({ model: "sonnet", messages: [user("second")], stream: true }, NAMED);
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let answer = "";
    const readUntil = async (words: string) => {
      while (!answer.includes(words)) answer += (await reader?.read())?.value ?? words;
    };
    // By now the turn is on record as running.
    await readUntil('"tw"');
    await server.halt();
    gate.release();
    await readUntil("[DONE]");
    expect(answer).toContain('"o"');
    expect(answer).not.toContain("error");

    const expected = {
      status: 503,
      type: "server_error",
      code: "store_unavailable",
      message: /the database server cannot be reached/,
    };
    await expectError(await ask(turnpike, "third"), expected);
    expect(await readiness(turnpike)).toMatchObject({
      code: 503,
      body: { status: "not-ready", problem: expect.stringMatching(/the database server cannot be reached/) },
    });

    await server.resume();
    turnpike.upstream.respondWith(text("four"));
    expect((await ask(turnpike, "fourth")).status).toBe(200);
    expect(await readiness(turnpike)).toMatchObject({ code: 200, body: { status: "ready" } });
  });
});

test("a full disk is told, and costs nothing once there is room again", async ({ skip }) => {
  const disk = await mountDisk();
  if (disk === undefined) return skip("only who may mount a disk can fill one");
  const turnpike = await startTurnpike({ dataDir: join(disk, "data") });
  turnpike.upstream.respondWith(text("one"));
  expect((await ask(turnpike, "first")).status).toBe(200);

  const empty = fillDisk(disk);
  const expected = {
    status: 503,
    type: "server_error",
    code: "store_unavailable",
    message: /the disk is full/,
  };
  // There may be some room left in what SQLite has already.
  const large = "words ".repeat(20_000);
  let response = await ask(turnpike, large);
  for (let turn = 0; turn < 10 && response.status === 200; turn += 1) response = await ask(turnpike, large);
  await expectError(response, expected);
  expect(await readiness(turnpike)).toMatchObject({
    code: 503,
    body: { status: "not-ready", problem: expect.stringMatching(/the disk is full/) },
  });
  await expectError(await ask(turnpike, large), expected);

  empty();
  expect((await ask(turnpike, "last")).status).toBe(200);
  expect(await readiness(turnpike)).toMatchObject({ code: 200, body: { status: "ready" } });
});

test("a database file that is removed or replaced is told, and is as before once it is back", async () => {
  const turnpike = await startTurnpike();
  turnpike.upstream.respondWith(text("one"));
  const file = join(turnpike.dataDir, "turnpike.db");
  const aside = `${file}.aside`;
  const told = {
    code: 503,
    body: { status: "not-ready", problem: expect.stringMatching(/file was removed or replaced/) },
  };
  const isReady = { code: 200, body: { status: "ready" } };
  expect(await readiness(turnpike)).toMatchObject(isReady);
  await rename(file, aside);
  expect(await readiness(turnpike)).toMatchObject(told);
  expect(JSON.stringify(await readiness(turnpike))).not.toContain(turnpike.dataDir);
  expect((await ask(turnpike, "first")).status).toBe(200);
  await copyFile(aside, file);
  expect(await readiness(turnpike)).toMatchObject(told);
  await rename(aside, file);
  expect(await readiness(turnpike)).toMatchObject(isReady);
});
