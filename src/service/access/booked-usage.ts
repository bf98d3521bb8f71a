import type { Logger } from "../../core/ports/logger.ts";
import type { BookedUse, PeriodUse, UsageLedger } from "../../core/ports/usage-ledger.ts";
import type { PrincipalId } from "../../core/words/ids.ts";
import { KeyedLock } from "../../lib/keyed-lock.ts";

/** For reading and writing, which must not overlap. */
const LEDGER = "ledger";

/** What has been used and is not written yet, with what is: turns do not wait for the writing, a clean stop does. */
export class BookedUsage {
  readonly #ledger: UsageLedger;
  readonly #logger: Logger;
  readonly #lock = new KeyedLock();
  #unwritten = new Map<string, BookedUse>();
  #isWritingDue = false;

  constructor(ledger: UsageLedger, logger: Logger) {
    this.#ledger = ledger;
    this.#logger = logger;
  }

  add(use: BookedUse): void {
    this.#note(use);
    if (this.#isWritingDue) return;
    this.#isWritingDue = true;
    // Turns that end together are written together.
    void this.#lock.run(LEDGER, () => this.#write());
  }

  read(principalId: PrincipalId, period: string): Promise<PeriodUse> {
    return this.#lock.run(LEDGER, async () => {
      const written = await this.#ledger.readUse(principalId, period);
      return plus(written, this.#unwritten.get(nameOf({ principalId, period })));
    });
  }

  /** Writes all that is left. */
  close(): Promise<void> {
    return this.#lock.run(LEDGER, () => this.#write());
  }

  #note(use: BookedUse): void {
    const name = nameOf(use);
    this.#unwritten.set(name, { ...use, ...plus(use, this.#unwritten.get(name)) });
  }

  async #write(): Promise<void> {
    this.#isWritingDue = false;
    const uses = [...this.#unwritten.values()];
    this.#unwritten = new Map();
    try {
      await this.#ledger.book(uses);
    } catch (error) {
      // It is written with what comes next.
      for (const use of uses) this.#note(use);
      this.#logger.error("limits.not-booked", { error });
    }
  }
}

function nameOf({ principalId, period }: Pick<BookedUse, "principalId" | "period">): string {
  return `${principalId} ${period}`;
}

function plus({ tokens, costMicros }: PeriodUse, more: PeriodUse | undefined): PeriodUse {
  return { tokens: tokens + (more?.tokens ?? 0), costMicros: costMicros + (more?.costMicros ?? 0) };
}
