import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { runProgram } from "../../src/cli/turnpike.ts";
import { MOST_CONVERSATIONS_TOLD } from "../../src/core/ports/usage-report.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { StoreLocation } from "../../src/store/database/store-location.ts";
import { FakeContext } from "../cli/fake-context.ts";
import { onEachDatabase } from "./on-each-database.ts";
import { ALICE, BOB, conversation, newTurn, outcome } from "./store-fixtures.ts";

const at = (text: string) => Date.parse(`${text}Z`);

/** What `turnpike usage` prints about this database. */
async function usageOf(location: StoreLocation, ...args: readonly string[]) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-usage-")));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const fake = new FakeContext(folder);
  fake.now = at("2026-11-29T12:00");
  const where =
    location.type === "postgres"
      ? ["--database-url", location.url, "--data-dir", folder]
      : ["--data-dir", dirname(location.file)];
  const code = await runProgram(["usage", ...args, ...where], fake.context);
  return { code, out: fake.printed.join("\n"), errors: fake.errors.join("\n") };
}

async function rowsOf(location: StoreLocation, ...args: readonly string[]) {
  const { out } = await usageOf(location, "--json", "--utc", ...args);
  const body: { data: Record<string, unknown>[]; others: unknown; total: Record<string, unknown> | null } =
    JSON.parse(out);
  return body;
}

const COUNTS = { input_tokens: 1, cache_read_tokens: 20, cache_write_tokens: 300, output_tokens: 4 };

onEachDatabase("usage", (database, createLocation) => {
  const locate = async (): Promise<StoreLocation> => {
    const location = await createLocation();
    // The command finds the file by its folder.
    return location.type === "postgres"
      ? location
      : { type: "sqlite", file: join(`${location.file}.d`, "turnpike.db") };
  };

  test(`${database}: by day, month, conversation, model, profile, key and window, while a server has it open`, async () => {
    const location = await locate();
    await using store = await open(location);
    const talk = conversation("conv_1", { name: 'my "talk"' });
    const other = conversation("conv_2", { principalId: BOB, model: "opus", profile: "agent" });
    const turns = [
      [talk, "turn_1", "2026-10-31T23:50"],
      [talk, "turn_2", "2026-11-01T00:10"],
      [other, "turn_3", "2026-11-01T05:05"],
      [other, "turn_4", "2026-11-29T11:59:59.999"],
    ] as const;
    for (const [of, id, time] of turns) {
      await store.beginTurn(of, newTurn(id, of, { startedAt: at(time) }));
      await store.finishTurn(id as never, outcome({ costUsd: of === other ? 1 : 0.25 }));
    }
    // One that failed has used nothing, and counts as a request.
    await store.beginTurn(other, newTurn("turn_5", other, { startedAt: at("2026-11-29T11:00") }));

    const byDay = await rowsOf(location);
    expect(byDay.data.map(({ id, requests, cost_usd: cost }) => [id, requests, cost])).toEqual([
      ["2026-10-31", 1, 0.25],
      ["2026-11-01", 2, 1.25],
      ["2026-11-29", 2, 1],
    ]);
    expect(byDay.data[0]).toMatchObject({ ...COUNTS, total_tokens: 325 });
    expect(byDay.total).toMatchObject({ requests: 5, input_tokens: 4, total_tokens: 1_300, cost_usd: 2.5 });
    const idsOf = async (...args: readonly string[]) =>
      (await rowsOf(location, ...args)).data.map(({ id, requests }) => [id, requests]);
    expect(await idsOf("--by", "month")).toEqual([
      ["2026-10", 1],
      ["2026-11", 4],
    ]);
    expect(await idsOf("--by", "model")).toEqual([
      ["opus", 3],
      ["sonnet", 2],
    ]);
    expect(await idsOf("--by", "profile")).toEqual([
      ["agent", 3],
      ["default", 2],
    ]);
    expect(await idsOf("--by", "key")).toEqual([
      [BOB, 3],
      [ALICE, 2],
    ]);
    await store.keys.createKey(
      {
        id: BOB,
        prefix: "tp-bob",
        name: "Bob's",
        role: "client",
        bounds: {},
        limits: {},
        logsContent: false,
        createdAt: 0,
      },
      "hash",
    );
    expect((await rowsOf(location, "--by", "key")).data).toMatchObject([
      { id: BOB, name: "Bob's" },
      { id: ALICE },
    ]);
    // Five hours from the hour of the first turn: 23:00 to 4:00.
    expect(await idsOf("--by", "window")).toEqual([
      ["2026-10-31T23:00:00.000Z", 2],
      ["2026-11-01T05:00:00.000Z", 1],
      ["2026-11-29T11:00:00.000Z", 2],
    ]);
    expect((await rowsOf(location, "--by", "conversation")).data).toMatchObject([
      { id: "conv_2", name: null, requests: 3 },
      { id: "conv_1", name: 'my "talk"', requests: 2 },
    ]);
    expect(await idsOf("--since", "2026-11-01", "--until", "2026-11-02")).toEqual([["2026-11-01", 2]]);
    expect(await idsOf("--since", "1h", "--by", "model")).toEqual([["opus", 2]]);
    expect((await usageOf(location, "--utc")).out).toMatch(
      /^Day +Requests +Input +Output +Cache write +Cache read +Total +Cost \(USD\)\n2026-10-31 [^]*\nTotal +5 +4 +16 +1,200 +80 +1,300 +2\.50$/,
    );
  });

  test(`${database}: of more conversations than are told apart the dearest, and the others together`, async () => {
    const location = await locate();
    await using store = await open(location);
    const MORE = 3;
    for (let number = 1; number <= MOST_CONVERSATIONS_TOLD + MORE; number++) {
      const talk = conversation(`conv_${number}`, { name: `talk ${number}` });
      for (const turn of ["a", "b"]) {
        const id = `turn_${number}${turn}`;
        await store.beginTurn(
          talk,
          newTurn(id, talk, { startedAt: at("2026-11-28T10:00") + number * 1_000 }),
        );
        await store.finishTurn(id as never, outcome({ costUsd: number }));
      }
    }
    const body = await rowsOf(location, "--by", "conversation");
    expect(body.data.map(({ id }) => id)).toEqual(
      Array.from(
        { length: MOST_CONVERSATIONS_TOLD },
        (_, index) => `conv_${MOST_CONVERSATIONS_TOLD + MORE - index}`,
      ),
    );
    expect(body.data[0]).toMatchObject({ name: `talk ${MOST_CONVERSATIONS_TOLD + MORE}`, requests: 2 });
    expect(body.others).toEqual({
      conversations: MORE,
      requests: 2 * MORE,
      input_tokens: 6,
      output_tokens: 24,
      cache_write_tokens: 1_800,
      cache_read_tokens: 120,
      reasoning_tokens: expect.any(Number),
      total_tokens: 1_950,
      cost_usd: 12,
      first_at: at("2026-11-28T10:00") + 1_000,
      last_at: at("2026-11-28T10:00") + 3_000,
    });
    const all = MOST_CONVERSATIONS_TOLD + MORE;
    expect(body.total).toMatchObject({ requests: 2 * all, cost_usd: all * (all + 1) });
    expect((await usageOf(location, "--utc", "--by", "conversation")).out).toMatch(
      /conv_4\) .*\n3 others, each less dear +6 +6 +24 .* 12\.00\nTotal +206 /,
    );
    // As many as are told apart: there are no others.
    const fewer = await rowsOf(location, "--by", "conversation", "--since", "2026-11-28T10:00:04");
    expect([fewer.data.length, fewer.others]).toEqual([MOST_CONVERSATIONS_TOLD, null]);
    expect((await rowsOf(location, "--by", "model")).others).toBeNull();
  });

  test(`${database}: where nothing is on record yet, and what cannot be read`, async () => {
    const location = await locate();
    expect(await usageOf(location)).toMatchObject({ code: 0, out: "Nothing was used in this time." });
    expect(await rowsOf(location)).toMatchObject({ data: [], total: null });
    expect(await usageOf(location, "--by", "year")).toMatchObject({ code: 1, errors: /expected one of day/ });
    expect(await usageOf(location, "--since", "soon")).toMatchObject({
      code: 1,
      errors: /--since: expected a date/,
    });
  });
});

async function open(location: StoreLocation) {
  const store = await openStore({ location, retention: { content: "keep" } });
  return Object.assign(store, { [Symbol.asyncDispose]: () => store.close() });
}
