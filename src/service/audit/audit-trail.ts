import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

import type { AuditEntry, AuditLog, AuditPage } from "../../core/ports/audit-log.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const MAX_AGE_MS = 400 * DAY_MS;
const MAX_ENTRIES = 50_000;
/** So often what is too old is looked for. */
const TRIM_EVERY = 100;
/** More of one side is not kept. */
const MAX_CHARACTERS = 20_000;

/** Puts changes on record, and keeps no more of them than it may. */
export class AuditTrail {
  readonly #parts: { readonly log: AuditLog; readonly clock: Clock; readonly logger: Logger };
  #count = 0;

  constructor(parts: { readonly log: AuditLog; readonly clock: Clock; readonly logger: Logger }) {
    this.#parts = parts;
  }

  /**
   * The change has been made: what cannot be written is told to the log, and no reason to fail. Where both sides are the same
   * nothing has changed, and nothing goes on record.
   */
  async record({ before, after, ...change }: Omit<AuditEntry, "id" | "at">): Promise<void> {
    if (before && isDeepStrictEqual(before, after)) return;
    const { log, clock, logger } = this.#parts;
    const at = clock();
    const sides = { ...(before && { before: bounded(before) }), ...(after && { after: bounded(after) }) };
    try {
      await log.add({ ...change, ...sides, id: `audit_${randomBytes(12).toString("hex")}`, at });
      if (this.#count++ % TRIM_EVERY === 0) {
        await log.trim({ olderThan: at - MAX_AGE_MS, maxEntries: MAX_ENTRIES });
      }
    } catch (error) {
      logger.error("audit.failed", { action: change.action, by: change.by, error });
    }
  }

  list(page: AuditPage): Promise<readonly AuditEntry[]> {
    return this.#parts.log.list(page);
  }
}

function bounded(side: object): object {
  return JSON.stringify(side).length > MAX_CHARACTERS ? { note: "Too long to be kept." } : side;
}
