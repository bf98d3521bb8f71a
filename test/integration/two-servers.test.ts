import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import OpenAI from "openai";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { text } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import type { ScriptedModel } from "../../src/demo/scripted-model.ts";
import { userTexts } from "../../src/demo/user-text.ts";
import { delay } from "../../src/lib/time.ts";
import { findPostgres, type PostgresServer, startPostgres } from "../conformance/postgres-server.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { idOf, parseEvents, pollUntil, takeEvents } from "./respond.ts";
import { type ServingTurnpike, serveTurnpike } from "./run-turnpike.ts";
import { API_KEY, makeFolder } from "./start-turnpike.ts";

/** One turn at a time, so that a second response waits; a lease that a test can wait for. */
const flagsFor = (lease: string) => [
  "--max-turns-at-once",
  "1",
  "--max-spares",
  "0",
  "--drain",
  "0ms",
  "--lease",
  lease,
];
const HANG = text("", { chunks: ["one ", { type: "hang" }] });
const DIED = "The server was restarted while this response was running.";

/** One database for two servers. */
interface Shared {
  readonly environment: (server: string) => Readonly<Record<string, string>>;
  /** Until when each server that is alive is to be left alone. */
  readonly leases: () => Promise<ReadonlyMap<string, number>>;
}

async function shareSqlite(): Promise<Shared> {
  const folder = await makeFolder();
  const file = join(folder, "first", "turnpike.db");
  // A data folder has one server only.
  await mkdir(join(folder, "second"));
  await symlink(file, join(folder, "second", "turnpike.db"));
  return {
    environment: (name) => ({ TURNPIKE_DATA_DIR: join(folder, name) }),
    leases: async () => {
      const database = new DatabaseSync(file, { readOnly: true });
      const rows = database.prepare("select id, expires_at from nodes").all();
      database.close();
      return new Map(rows.map((row) => [String(row["id"]), Number(row["expires_at"])]));
    },
  };
}

async function sharePostgres(server: PostgresServer): Promise<Shared> {
  const url = await server.createDatabase();
  const folder = await makeFolder();
  return {
    // As two machines: what they have in common is the database.
    environment: (name) => ({ TURNPIKE_DATABASE_URL: url, TURNPIKE_DATA_DIR: join(folder, name) }),
    leases: async () => {
      const client = new Client({ connectionString: url });
      await client.connect();
      const { rows } = await client.query<{ id: string; expires_at: string }>(
        "select id, expires_at from nodes",
      );
      await client.end();
      return new Map(rows.map((row) => [row.id, Number(row.expires_at)]));
    },
  };
}

async function serve(shared: Shared, name: string, upstream: ScriptedModel, flags = flagsFor("3s")) {
  const folder = await makeFolder();
  const turnpike = await serveTurnpike({ folder, upstream, flags, environment: shared.environment(name) });
  return Object.assign(turnpike, { openai: openaiOf(turnpike) });
}

function openaiOf({ url }: ServingTurnpike): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: API_KEY, maxRetries: 0 });
}

function background(openai: OpenAI, input: string) {
  return openai.responses.create({ model: "sonnet", input, background: true });
}

function backgroundStream(openai: OpenAI, input: string) {
  return openai.responses.create({ model: "sonnet", input, background: true, stream: true });
}

async function resume(openai: OpenAI, id: string, after: number) {
  const query = { stream: true, starting_after: after } as const;
  return parseEvents(await (await openai.responses.retrieve(id, query).asResponse()).text());
}

/** How often the model was asked this. */
function askedOf({ requests }: ScriptedModel, question: string): number {
  return requests.filter(({ body }) => userTexts(body).at(-1) === question).length;
}

/** Every server that lives has looked after the others so often. */
async function untilAllLooked({ leases }: Shared, times: number): Promise<void> {
  const seen = new Map<string, Set<number>>();
  for (;;) {
    for (const [id, until] of await leases()) seen.set(id, (seen.get(id) ?? new Set()).add(until));
    if (seen.size >= 2 && [...seen.values()].every(({ size }) => size > times)) return;
    await delay(50);
  }
}

function describeTwoServers(open: () => Promise<Shared>): void {
  test("what the first server runs is left alone while it lives, and when it is killed failed, or taken up if it had not begun", async () => {
    const shared = await open();
    const upstream = await startUpstream();
    upstream.respondWith(({ body }) => (userTexts(body).at(-1) === "first" ? HANG : text("done")));
    const first = await serve(shared, "first", upstream);
    const second = await serve(shared, "second", upstream);
    const seen = await takeEvents(await backgroundStream(first.openai, "first"), 5);
    const queued = await takeEvents(await backgroundStream(first.openai, "second"), 2);
    const [running, waiting] = [idOf(seen), idOf(queued)];

    // Longer than a lease.
    await untilAllLooked(shared, 4);
    for (const id of [running, waiting]) {
      for (const { openai } of [first, second]) {
        expect(["queued", "in_progress"]).toContain((await openai.responses.retrieve(id)).status);
      }
    }
    expect(askedOf(upstream, "second")).toBe(0);

    first.kill("SIGKILL");
    await first.finished;
    expect(await pollUntil(second.openai, running)).toMatchObject({
      status: "failed",
      error: { code: "server_error", message: DIED },
    });
    expect(await pollUntil(second.openai, waiting)).toMatchObject({
      id: waiting,
      status: "completed",
      output_text: "done",
      background: true,
    });
    expect([askedOf(upstream, "first"), askedOf(upstream, "second")]).toEqual([1, 1]);

    const [end] = await resume(second.openai, running, seen.length - 1);
    expect(end).toMatchObject({ type: "response.failed", sequence_number: seen.length });
    // Whoever followed the one that waited goes on where it was cut.
    const rest = await resume(second.openai, waiting, queued.length - 1);
    expect(rest.map(({ sequence_number: number }) => number)).toEqual(rest.map((_, index) => index + 2));
    expect(rest.some(({ type }) => type === "response.output_text.delta")).toBe(true);
    expect(rest.at(-1)?.type).toBe("response.completed");
    const next = { model: "sonnet", input: "more", previous_response_id: waiting };
    expect(await second.openai.responses.create(next)).toMatchObject({ output_text: "done" });
  }, 240_000);

  test("a response that waits on one server can be cancelled on the other; one that stops gives its lease back, having told how its responses ended", async () => {
    const shared = await open();
    const upstream = await startUpstream();
    const gate = new Gate();
    upstream.respondWith(({ body }) =>
      userTexts(body).at(-1) === "first" ? text("", { chunks: ["one ", gate, "two"] }) : text("done"),
    );
    const first = await serve(shared, "first", upstream);
    const second = await serve(shared, "second", upstream);
    const running = await background(first.openai, "first");
    await gate.reached;
    const waiting = await background(first.openai, "second");
    const next = await background(first.openai, "third");
    expect(await second.openai.responses.cancel(waiting.id)).toMatchObject({ status: "cancelled" });
    gate.release();
    expect(await pollUntil(first.openai, running.id)).toMatchObject({ output_text: "one two" });
    expect(await pollUntil(first.openai, next.id)).toMatchObject({ output_text: "done" });
    expect(await second.openai.responses.retrieve(waiting.id)).toMatchObject({ status: "cancelled" });
    expect(askedOf(upstream, "second")).toBe(0);

    upstream.respondWith(HANG);
    const last = idOf(await takeEvents(await backgroundStream(first.openai, "fourth"), 5));
    expect((await shared.leases()).size).toBe(2);
    first.kill("SIGTERM");
    expect((await first.finished).code).toBe(0);
    expect((await shared.leases()).size).toBe(1);
    expect(await second.openai.responses.retrieve(last)).toMatchObject({ status: "failed" });
  }, 240_000);
}

describe("two servers with one SQLite file", () => {
  describeTwoServers(shareSqlite);

  test("a killed server that is started again does not wait for its own lease", async () => {
    const shared = await shareSqlite();
    const upstream = await startUpstream();
    upstream.respondWith(({ body }) => (userTexts(body).at(-1) === "first" ? HANG : text("done")));
    const flags = flagsFor("1h");
    const before = await serve(shared, "first", upstream, flags);
    const running = idOf(await takeEvents(await backgroundStream(before.openai, "first"), 5));
    const waiting = await background(before.openai, "second");
    before.kill("SIGKILL");
    await before.finished;
    const { openai } = await serve(shared, "first", upstream, flags);
    expect(await openai.responses.retrieve(running)).toMatchObject({ status: "failed" });
    expect(await pollUntil(openai, waiting.id)).toMatchObject({ output_text: "done" });
  }, 240_000);
});

const source = findPostgres();

describe.skipIf(source.type === "missing")("two servers with a Postgres", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    if (source.type !== "missing") server = await startPostgres(source);
  }, 240_000);
  afterAll(() => server?.stop());

  describeTwoServers(() => sharePostgres(server));
});
