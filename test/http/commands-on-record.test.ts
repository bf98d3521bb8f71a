import { join } from "node:path";

import { expect, test } from "vitest";

import type { AuditEntry } from "../../src/core/ports/audit-log.ts";
import type { InvitedUserBody } from "../../src/protocols/admin/user-schemas.ts";
import type { KeyWithSecretBody } from "../../src/protocols/admin/key-schemas.ts";
import { openStore } from "../../src/store/open-store.ts";
import { openCommands, openServedCommands } from "./operator-commands.ts";

const NOW = Date.parse("2026-11-29T12:00:00Z");

type Commands = Pick<ReturnType<typeof openCommands>, "run" | "json">;

/** Everything that changes something once, something that is refused, and looking. Resolves with the secrets that were told. */
const CHANGES: Readonly<Record<string, (commands: Commands) => Promise<readonly string[]>>> = {
  async keys({ run, json }) {
    const made = await json<KeyWithSecretBody>("create", "ci", "--model", "sonnet");
    await json("set", "ci", "--name", "ci 2", "--cost-per-day", "2.5");
    const rotated = await json<KeyWithSecretBody>("rotate", "ci 2", "--grace", "1h");
    await json("set", made.id, "--name", "ci 2");
    await json("revoke", made.id);
    await json("revoke", made.id);
    await json("list");
    expect((await run(["set", made.id, "--name", "too late"])).code).toBe(1);
    return [made.key, rotated.key];
  },
  async users({ run, json }) {
    const invited = await json<InvitedUserBody>("invite", "ada", "--role", "viewer");
    await json("role", "ada", "admin", "--approve", "none");
    await json("role", "ada", "admin");
    await json("link", "ada");
    await json("disable", "ada");
    await json("list");
    await json("remove", "ada");
    expect((await run(["remove", "ada"])).code).toBe(1);
    return [invited.link.split("#")[1] ?? ""];
  },
};

function bare(side: object | undefined) {
  return (
    side && Object.fromEntries(Object.entries(side).filter(([name]) => name !== "id" && name !== "prefix"))
  );
}

/** By what is the same, whoever did it and whatever the ids are. */
function told(entries: readonly AuditEntry[]) {
  const plain = entries.map(({ id: _id, target, before, after, ...entry }) => ({
    ...entry,
    hasTarget: target !== undefined,
    before: bare(before),
    after: bare(after),
  }));
  // All of them at one moment.
  return plain.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}

test.each(["keys", "users"])(
  "turnpike %s leaves the same in the audit log with a server and without",
  async (name) => {
    const served = await openServedCommands(name, NOW);
    await CHANGES[name]?.(served);
    const byServer = await served.keyed.admin.audit.list({ limit: 50 });

    const alone = openCommands(name, NOW);
    const secrets = (await CHANGES[name]?.(alone)) ?? [];
    const store = await openStore({
      location: { type: "sqlite", file: join(alone.dataDir, "turnpike.db") },
      retention: { content: "keep" },
    });
    const byDatabase = await store.audit.list({ limit: 50 });
    await store.close();

    expect(byDatabase.length).toBeGreaterThanOrEqual(4);
    expect(told(byDatabase)).toEqual(told(byServer));
    expect(new Set(byDatabase.map(({ by }) => by))).toEqual(new Set(["local"]));
    for (const secret of secrets) {
      expect(secret).toMatch(/.{20}/);
      expect(JSON.stringify(byDatabase)).not.toContain(secret);
    }
  },
);
