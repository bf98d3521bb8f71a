import { expect, test } from "vitest";

import type { AuditListBody } from "../../src/protocols/admin/audit-schemas.ts";
import { Browser, PASSWORD } from "./browser.ts";
import { startKeyedServer } from "./keyed-server.ts";
import { say } from "./scripted-server.ts";

const PATH = "/admin/api/audit";

async function start() {
  const keyed = await startKeyedServer(say("ok"));
  const admin = await keyed.give({ role: "admin", name: "boss", approve: "all" });
  const list = async () => (await keyed.ask(admin, "GET", PATH)).json as AuditListBody;
  return { keyed, admin, list };
}

test("changes go on record with who made them and both sides, and never a secret", async () => {
  const { keyed, admin, list } = await start();
  const made = await keyed.ask(admin, "POST", "/admin/api/keys", { name: "ci", models: ["sonnet"] });
  const { id, key } = made.json as Record<string, string>;
  keyed.pass(1);
  await keyed.ask(admin, "POST", `/admin/api/keys/${id}`, { name: "ci 2" });
  keyed.pass(1);
  const rotated = await keyed.ask(admin, "POST", `/admin/api/keys/${id}/rotate`, {});
  keyed.pass(1);
  const invited = await keyed.ask(admin, "POST", "/admin/api/users", { name: "ada", role: "viewer" });
  const { data } = await list();
  const boss = expect.stringMatching(/^key_/);
  expect(data).toMatchObject([
    { action: "users.create", principal: boss, after: { name: "ada", role: "viewer" } },
    { action: "keys.rotate", target: id, before: null, after: null },
    {
      action: "keys.change",
      target: id,
      before: { name: "ci" },
      after: { name: "ci 2", models: ["sonnet"] },
    },
    { action: "keys.create", target: id, before: null, after: { name: "ci" } },
  ]);
  const text = JSON.stringify(data);
  const { key: second } = rotated.json as Record<string, string>;
  const { link = "" } = invited.json as Record<string, string>;
  for (const secret of [key, second, link.split("#")[1]]) {
    expect(secret).toMatch(/.{20}/);
    expect(text).not.toContain(secret);
  }
});

test("what did not happen, and who only looked, is not on record; viewers do not read it", async () => {
  const { keyed, admin, list } = await start();
  const viewer = await keyed.give({ role: "viewer" });
  await keyed.ask(admin, "GET", "/admin/api/keys");
  await keyed.ask(admin, "POST", "/admin/api/keys", { nam: "x" });
  await keyed.ask(viewer, "POST", "/admin/api/keys", { name: "x" });
  await keyed.ask(admin, "DELETE", "/admin/api/conversations/conv_none");
  expect((await list()).data).toEqual([]);
  expect((await keyed.ask(viewer, "GET", PATH)).status).toBe(403);
  for (const query of ["limit=0", "limit=999", "after=x", "action=keys.create"]) {
    expect((await keyed.ask(admin, "GET", `${PATH}?${query}`)).status).toBe(400);
  }
});

test("by pages", async () => {
  const { keyed, admin } = await start();
  for (const name of ["a", "b", "c"]) {
    await keyed.ask(admin, "POST", "/admin/api/keys", { name });
    keyed.pass(1);
  }
  const first = (await keyed.ask(admin, "GET", `${PATH}?limit=2`)).json as AuditListBody;
  expect(first.data.map(({ after }) => after?.["name"])).toEqual(["c", "b"]);
  const rest = (await keyed.ask(admin, "GET", `${PATH}?limit=2&after=${first.next}`)).json as AuditListBody;
  expect(rest).toMatchObject({ has_more: false, data: [{ after: { name: "a" } }] });
});

test("what is as it was after a change is not on record", async () => {
  const { keyed, admin, list } = await start();
  const made = await keyed.ask(admin, "POST", "/admin/api/keys", { name: "ci" });
  const { id } = made.json as Record<string, string>;
  expect((await keyed.ask(admin, "POST", `/admin/api/keys/${id}`, { name: "ci" })).status).toBe(200);
  expect((await list()).data).toMatchObject([{ action: "keys.create" }]);
});

test("a user's change has both sides, who is removed is still named, and what changed nothing is not on record", async () => {
  const { keyed, admin, list } = await start();
  const invited = await keyed.ask(admin, "POST", "/admin/api/users", { name: "ada", role: "viewer" });
  const { id } = invited.json as Record<string, string>;
  keyed.pass(1);
  const made = await keyed.ask(admin, "POST", "/admin/api/keys", { name: "ci" });
  const { id: key } = made.json as Record<string, string>;
  for (const [method, path, body] of [
    ["POST", `/admin/api/users/${id}`, { role: "admin", approve: "own" }],
    ["POST", `/admin/api/users/${id}`, { role: "admin" }],
    ["POST", `/admin/api/users/${id}`, { disabled: true }],
    ["POST", `/admin/api/users/${id}`, { disabled: true }],
    ["DELETE", `/admin/api/users/${id}`, undefined],
    ["POST", `/admin/api/keys/${key}/revoke`, {}],
    ["POST", `/admin/api/keys/${key}/revoke`, {}],
  ] as const) {
    keyed.pass(1);
    expect((await keyed.ask(admin, method, path, body)).status).toBe(200);
  }
  expect((await list()).data).toMatchObject([
    {
      action: "keys.revoke",
      target: key,
      before: { name: "ci", status: "active" },
      after: { status: "revoked" },
    },
    { action: "users.delete", target: id, before: { name: "ada", role: "admin" }, after: null },
    { action: "users.change", target: id, before: { status: "invited" }, after: { status: "disabled" } },
    {
      action: "users.change",
      before: { role: "viewer", approve: "none" },
      after: { role: "admin", approve: "own" },
    },
    { action: "keys.create" },
    { action: "users.create" },
  ]);
});

test("who takes a link is on record as whom it made, and what people do about themselves by its name", async () => {
  const { keyed, admin, list } = await start();
  const invited = await keyed.ask(admin, "POST", "/admin/api/users", { name: "ada", role: "viewer" });
  const { link = "", id = "" } = invited.json as Record<string, string>;
  keyed.pass(1);
  const browser = new Browser(keyed);
  const token = link.split("#")[1];
  await browser.send("POST", "/admin/api/link", { token });
  const used = await browser.send("POST", "/admin/api/link/use", { token, password: PASSWORD });
  expect(used.status).toBe(200);
  const change = { current_password: PASSWORD, new_password: `${PASSWORD} 2` };
  keyed.pass(1);
  expect((await browser.send("POST", "/admin/api/password", change)).status).toBe(200);
  keyed.pass(1);
  expect((await browser.send("DELETE", "/admin/api/sessions")).status).toBe(200);
  const { data } = await list();
  expect(data).toMatchObject([
    { action: "users.signed-out-everywhere", principal: `user:${id}`, target: id, after: null },
    { action: "users.password-changed", principal: `user:${id}`, target: id, after: null },
    {
      action: "users.link-used",
      principal: `user:${id}`,
      target: id,
      after: { name: "ada", role: "viewer", purpose: "invitation" },
    },
    { action: "users.create" },
  ]);
  for (const secret of [token, PASSWORD]) expect(JSON.stringify(data)).not.toContain(secret);
});
