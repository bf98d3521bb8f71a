import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import type {
  InvitedUserBody,
  UserBody,
  UserLinkBody,
  UserListBody,
} from "../../src/protocols/admin/user-schemas.ts";
import { Browser, PASSWORD, signInAs } from "./browser.ts";
import { APPROVER_KEY } from "./keyed-server.ts";
import { openCommands, openServedCommands } from "./operator-commands.ts";

const NOW = Date.parse("2026-11-29T12:00:00Z");

const openServed = () => openServedCommands("users", NOW);

test("without a server the database itself is changed, also before the first start", async () => {
  const { dataDir, run: users, json } = openCommands("users", NOW);
  expect((await users(["list"])).out).toContain("There are no users");
  const invited = await users(["invite", "Ada", "--role", "admin"]);
  const link = /^ {2}(http:\/\/127\.0\.0\.1:\d+\/dashboard\/welcome#\S{24})$/m.exec(invited.out)?.[1];
  expect(invited.out).toContain("It works once, until 2026-12-02 12:00 UTC, and is shown only now.");
  const stored = readFileSync(join(dataDir, "turnpike.db")).toString("latin1");
  expect(stored).not.toContain(String(link).split("#")[1]);
  const bob = await json<InvitedUserBody>("invite", "bob");
  expect(bob).toMatchObject({ name: "bob", role: "viewer", approve: "none", status: "invited" });
  expect((await users(["list"])).out).toMatch(/^Ada +admin +invited +all +never +usr_\w+$/m);
  const again = await json<UserLinkBody>("link", "BOB");
  expect([again.user_id, again.link === bob.link]).toEqual([bob.id, false]);
  expect(await json<UserBody>("role", "bob", "admin", "--approve", "own")).toMatchObject({
    role: "admin",
    approve: "own",
  });
  expect(await json<UserBody>("disable", bob.id)).toMatchObject({ status: "disabled" });
  expect(await users(["link", "bob"])).toMatchObject({
    code: 1,
    errors: expect.stringContaining("is disabled"),
  });
  expect(await json<UserBody>("enable", "bob")).toMatchObject({ status: "invited" });
  expect((await users(["remove", "bob"])).out).toBe(`Removed: ${bob.id}`);
  expect((await json<UserListBody>("list")).data.map(({ name }) => name)).toEqual(["Ada"]);
});

test("beside a running server it is asked, and a change counts at once", async () => {
  const { keyed, run: users, json } = await openServed();
  const { link } = await json<InvitedUserBody>("invite", "bob");
  const browser = new Browser(keyed);
  const token = link.split("#")[1];
  expect((await browser.send("POST", "/admin/api/link/use", { token, password: PASSWORD })).status).toBe(200);
  expect((await browser.send("GET", "/admin/api/overview")).status).not.toBe(401);
  expect((await users(["disable", "bob"])).code).toBe(0);
  expect((await browser.send("GET", "/admin/api/session")).status).toBe(401);
});

test("on the socket nobody gives a right to approve without having it, nor gets at the account of who has it", async () => {
  const { keyed, run: users } = await openServed();
  await signInAs(keyed, "admin", "chief");
  const invited = await users(["invite", "boss", "--role", "admin"]);
  expect(invited.out).toContain("may not answer everybody's approvals (none)");
  for (const args of [
    ["invite", "other", "--role", "admin", "--approve", "all"],
    ["role", "boss", "admin", "--approve", "own"],
    ["link", "chief"],
  ]) {
    const refused = await users(args);
    expect(refused, args.join(" ")).toMatchObject({
      code: 1,
      errors: expect.stringContaining("approver key"),
    });
    expect((await users(args, { TURNPIKE_APPROVER_KEY: APPROVER_KEY })).code, args.join(" ")).toBe(0);
  }
  // To take it away takes none.
  expect((await users(["role", "chief", "admin", "--approve", "none"])).code).toBe(0);
});

test("mistakes are told in a line, and the last administrator stays", async () => {
  const { keyed, run: users } = await openServed();
  await signInAs(keyed, "admin", "Ada");
  await users(["invite", "boss", "--role", "admin"]);
  for (const [args, error] of [
    [["invite", "ADA"], /There is a user of this name/],
    [["invite", " "], /name/],
    [["invite", "x\u200b"], /name/],
    [["invite", "x", "--role", "root"], /root/],
    [["role", "boss", "root"], /root/],
    [["link", "nobody"], /There is no user 'nobody'/],
    [["remove", "ada"], /Nobody would be left/],
    [["disable", "ada"], /Nobody would be left/],
    [["role", "ada", "viewer"], /Nobody would be left/],
  ] as const) {
    expect(await users([...args]), args.join(" ")).toMatchObject({
      code: 1,
      errors: expect.stringMatching(error),
    });
  }
});
