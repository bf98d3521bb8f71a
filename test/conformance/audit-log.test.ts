import { expect, test } from "vitest";

import type { AuditEntry } from "../../src/core/ports/audit-log.ts";
import { openStore } from "../../src/store/open-store.ts";
import { onEachDatabase } from "./on-each-database.ts";

const entry = (id: string, at: number, rest: Partial<AuditEntry> = {}): AuditEntry => ({
  id,
  at,
  by: "user:usr_1",
  action: "keys.change",
  ...rest,
});

onEachDatabase("audit log", (database, createLocation) => {
  test(`${database}: what was changed, the latest first, by pages, and no more than may be`, async () => {
    const store = await openStore({ location: await createLocation(), retention: { content: "keep" } });
    const { audit } = store;
    try {
      const whole = entry("a3", 2_000, {
        target: "key_1",
        before: { name: "a\u0000" },
        after: { name: "b", limits: [1, null] },
      });
      for (const each of [entry("a1", 1_000), entry("a2", 2_000), whole]) await audit.add(each);
      expect(await audit.list({ limit: 2 })).toEqual([whole, entry("a2", 2_000)]);
      expect(await audit.list({ limit: 9, after: { at: 2_000, id: "a2" } })).toEqual([entry("a1", 1_000)]);
      await audit.trim({ olderThan: 0, maxEntries: 3 });
      expect(await audit.list({ limit: 9 })).toHaveLength(3);
      await audit.trim({ olderThan: 1_001, maxEntries: 3 });
      expect(await audit.list({ limit: 9 })).toHaveLength(2);
      for (let index = 0; index < 10; index++) await audit.add(entry(`b${index}`, 3_000 + index));
      await audit.trim({ olderThan: 0, maxEntries: 4 });
      expect((await audit.list({ limit: 9 })).map(({ id }) => id)).toEqual(["b9", "b8", "b7", "b6"]);
    } finally {
      await store.close();
    }
  });
});
