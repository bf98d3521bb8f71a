import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import type { KeyBody, KeyListBody, KeyWithSecretBody } from "../../src/protocols/admin/key-schemas.ts";
import { APPROVER_KEY } from "./keyed-server.ts";
import { openCommands, openServedCommands } from "./operator-commands.ts";

const NOW = Date.parse("2026-11-29T12:00:00Z");

const openServed = () => openServedCommands("keys", NOW);

const ALL = [
  "--role",
  "admin",
  "--model",
  "sonnet,claude-*",
  "--profile",
  "chat",
  "--workspace",
  "/projects",
  "--permission-mode",
  "plan,acceptEdits",
  "--requests-per-minute",
  "60",
  "--tokens-per-minute",
  "100000",
  "--tokens-per-day",
  "1000000",
  "--turns-at-once",
  "4",
  "--cost-per-day",
  "2.5",
  "--cost-per-month",
  "50",
  "--expires",
  "30d",
  "--log-content",
  "on",
];
const ALL_TOLD = {
  role: "admin",
  models: ["sonnet", "claude-*"],
  profiles: ["chat"],
  workspaces: ["/projects"],
  permission_modes: ["plan", "acceptEdits"],
  limits: {
    requests_per_minute: 60,
    tokens_per_minute: 100_000,
    tokens_per_day: 1_000_000,
    turns_at_once: 4,
    cost_per_day_usd: 2.5,
    cost_per_month_usd: 50,
  },
  log_content: true,
  expires_at: NOW + 30 * 86_400_000,
};

test("without a server the database itself is changed, also before the first start", async () => {
  const { dataDir, run: keys, json } = openCommands("keys", NOW);
  expect((await keys(["list"])).out).toContain("There are no keys");
  const made = await json<KeyWithSecretBody>("create", "ci", ...ALL);
  expect(made).toMatchObject({ name: "ci", key: expect.stringMatching(/^tp-/), ...ALL_TOLD });
  const shown = await keys(["create", "--name", "other"]);
  const secret = /^ {2}(tp-\S{43})$/m.exec(shown.out)?.[1];
  expect(secret).toBeDefined();
  expect(shown.out).toContain("It is shown this once");
  const list = await keys(["list"]);
  expect(list.out).toMatch(
    /^ci +tp-\S{6}… +admin +active +2026-12-29 12:00 UTC +key_\w+ +models sonnet claude-\*, .*60 requests a minute.*\$2\.5 a day/m,
  );
  expect(list.out).not.toContain(secret);
  // Nothing to send is in the file.
  const stored = readFileSync(join(dataDir, "turnpike.db")).toString("latin1");
  for (const each of [secret ?? "", made.key]) expect(stored).not.toContain(each.slice(9));

  const set = await json<KeyBody>(
    "set",
    "ci",
    "--model",
    "any",
    "--cost-per-day",
    "any",
    "--expires",
    "never",
    "--name",
    "ci 2",
  );
  expect(set).toMatchObject({
    name: "ci 2",
    models: null,
    profiles: ["chat"],
    expires_at: null,
    limits: { cost_per_day_usd: null, cost_per_month_usd: 50 },
  });
  const rotated = await json<KeyWithSecretBody>("rotate", `${made.prefix}…`, "--grace", "1h");
  expect([rotated.id, rotated.key === made.key]).toEqual([made.id, false]);
  expect(await json("revoke", made.id)).toMatchObject({ status: "revoked", revoked_at: NOW });
  expect((await json<KeyListBody>("list")).data.map(({ name }) => name)).toEqual(["other"]);
  expect((await json<KeyListBody>("list", "--all")).data.map(({ name }) => name).toSorted()).toEqual([
    "ci 2",
    "other",
  ]);
});

test("beside a running server it is asked, and a change counts at once", async () => {
  const { keyed, run: keys, json } = await openServed();
  const made = await json<KeyWithSecretBody>("create", "ci", ...ALL);
  expect(made).toMatchObject(ALL_TOLD);
  const ask = (key: string) => keyed.ask(key, "GET", "/v1/models");
  expect((await ask(made.key)).status).toBe(200);
  const rotated = await json<KeyWithSecretBody>("rotate", "ci");
  expect([(await ask(made.key)).status, (await ask(rotated.key)).status]).toEqual([401, 200]);
  expect((await keys(["revoke", "ci"])).out).toMatch(/ci .* revoked/);
  expect((await ask(rotated.key)).status).toBe(401);
  expect((await keyed.keyAdmin.list())[0]).toMatchObject({ name: "ci", revokedAt: NOW });
});

test("on the socket nobody gives a right to approve without having it; who has the approver key does", async () => {
  const { run: keys } = await openServed();
  const refused = await keys(["create", "boss", "--approve", "all"]);
  expect(refused).toMatchObject({ code: 1, errors: expect.stringContaining("approver key") });
  const args = ["create", "boss", "--approve", "all", "--json"];
  expect(JSON.parse((await keys(args, { TURNPIKE_APPROVER_KEY: APPROVER_KEY })).out)).toMatchObject({
    approve: "all",
  });
});

test("mistakes are told in a line", async () => {
  const { run: keys } = openCommands("keys", NOW);
  await keys(["create", "twin"]);
  await keys(["create", "twin"]);
  for (const [args, error] of [
    [["create"], /name/],
    [["create", "x", "--role", "root"], /root/],
    [["create", "x", "--requests-per-minute", "many"], /--requests-per-minute: expected a number/],
    [["create", "x", "--requests-per-minute", "0"], /requests_per_minute/],
    [["create", "x", "--expires", "soon"], /--expires: expected/],
    [["create", "x", "--workspace", "relative"], /absolute/],
    [["rotate", "twin"], /Several keys are called 'twin'.*key_/],
    [["rotate", "nobody"], /There is no key 'nobody'/],
    [["rotate", "nobody", "--grace", "x"], /--grace/],
  ] as const) {
    expect(await keys([...args]), args.join(" ")).toMatchObject({
      code: 1,
      errors: expect.stringMatching(error),
    });
  }
});
