import { schedule } from "../lib/time.ts";
import type { RecordedRequest } from "./recorded-request.ts";

export type RequestCondition = number | ((request: RecordedRequest) => boolean);

interface Waiter {
  check: () => boolean;
  fail: (error: Error) => void;
}

/** The newest requests, up to a limit, and the callers that wait for one. */
export class RequestLog {
  readonly #limit: number;
  readonly #entries: RecordedRequest[] = [];
  readonly #waiters = new Set<Waiter>();
  #added = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get entries(): readonly RecordedRequest[] {
    return this.#entries;
  }

  add(request: RecordedRequest): void {
    this.#added += 1;
    this.#entries.push(request);
    for (const waiter of this.#waiters) {
      if (waiter.check()) this.#waiters.delete(waiter);
    }
    if (this.#entries.length > this.#limit) this.#entries.shift();
  }

  clear(): void {
    this.#entries.length = 0;
    this.#added = 0;
  }

  /** The n-th request since the last `clear()`, or the first recorded one that fits. */
  waitFor(condition: RequestCondition, timeoutMs: number): Promise<RecordedRequest> {
    const find = () => {
      if (typeof condition === "function") return this.#entries.find(condition);
      return this.#entries[condition - 1 - (this.#added - this.#entries.length)];
    };
    const { promise, resolve, reject } = Promise.withResolvers<RecordedRequest>();
    const timer = schedule(timeoutMs, () =>
      waiter.fail(new Error(this.#describeTimeout(condition, timeoutMs))),
    );
    const waiter: Waiter = {
      check: () => {
        const found = find();
        if (!found) return false;
        timer.cancel();
        resolve(found);
        return true;
      },
      fail: (error) => {
        timer.cancel();
        this.#waiters.delete(waiter);
        reject(error);
      },
    };
    if (!waiter.check()) this.#waiters.add(waiter);
    return promise;
  }

  close(): void {
    for (const waiter of this.#waiters) waiter.fail(new Error("The scripted model was closed"));
  }

  #describeTimeout(condition: RequestCondition, timeoutMs: number): string {
    const wanted =
      typeof condition === "number" ? `request ${condition}` : "a request that fits the condition";
    return `Waited ${timeoutMs} ms for ${wanted}; ${this.#added} arrived`;
  }
}
