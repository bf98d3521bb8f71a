import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { TurnRelay } from "../../src/core/ports/turn-relay.ts";
import { nextTick } from "../../src/lib/time.ts";

const NEVER = new AbortController().signal;

const numbered = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ number: from + index }));

/** What every `TurnRelay` does. */
export function describeTurnRelay(name: string, open: () => TurnRelay): void {
  describe(`turn relay: ${name}`, () => {
    test("every reader gets the events from its number on, without a gap or a repeat", async () => {
      const pieces = fc.array(fc.nat(4), { maxLength: 8 });
      const readers = fc.array(fc.record({ from: fc.nat(20), at: fc.nat(8) }), { maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(pieces, readers, async (sizes, asked) => {
          const relay = open();
          const turn = relay.begin<{ number: number }>("t1");
          const readings: Promise<unknown>[] = [];
          const all = numbered(
            0,
            sizes.reduce((sum, size) => sum + size, 0),
          );
          for (const [step, size] of [...sizes, 0].entries()) {
            for (const { from, at } of asked) {
              if (at !== step) continue;
              const reading = Array.fromAsync(relay.find("t1")?.read(from, NEVER) ?? []);
              readings.push(reading.then((events) => expect(events).toEqual(all.slice(from))));
            }
            turn.append(numbered(turn.events.length, size));
            await nextTick();
          }
          turn.end();
          await Promise.all(readings);
          expect(turn.events).toEqual(all);
        }),
        { numRuns: 50 },
      );
    });

    test("a reader that waits hears of an event at once, and of the end", async () => {
      const turn = open().begin<{ number: number }>("t1");
      const reading = turn.read(0, NEVER);
      const first = reading.next();
      turn.append(numbered(0, 1));
      expect(await first).toEqual({ done: false, value: { number: 0 } });
      const last = reading.next();
      turn.end();
      expect(await last).toEqual({ done: true, value: undefined });
    });

    test("a reader that gives up does not disturb the others", async () => {
      const turn = open().begin<{ number: number }>("t1");
      const leaving = new AbortController();
      const impatient = Array.fromAsync(turn.read(0, leaving.signal));
      const patient = Array.fromAsync(turn.read(0, NEVER));
      turn.append(numbered(0, 2));
      await nextTick();
      leaving.abort(new Error("gone"));
      await expect(impatient).rejects.toThrow("gone");
      turn.append(numbered(2, 1));
      turn.end();
      expect(await patient).toEqual(numbered(0, 3));
    });

    test("turns are apart; one is found until its end, and may begin again after it", async () => {
      const relay = open();
      const one = relay.begin<{ number: number }>("one");
      const two = relay.begin<{ number: number }>("two");
      expect(() => relay.begin("one")).toThrow("begun already");
      one.append(numbered(0, 1));
      two.append(numbered(0, 2));
      const late = one.read(0, NEVER);
      one.end();
      expect(relay.find("one")).toBeUndefined();
      expect(relay.find("none")).toBeUndefined();
      // Who has it goes on to its end.
      expect(await Array.fromAsync(late)).toEqual(numbered(0, 1));
      two.end();
      expect(relay.begin("one").events).toEqual([]);
    });
  });
}
