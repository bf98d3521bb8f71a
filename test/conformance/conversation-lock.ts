import { describe, expect, test } from "vitest";

import type { ConversationLock } from "../../src/core/ports/conversation-lock.ts";

const NEVER = new AbortController().signal;

/** What every `ConversationLock` does. */
export function describeConversationLock(name: string, open: () => ConversationLock): void {
  describe(`conversation lock: ${name}`, () => {
    test("one after the other, in the order they came; other conversations do not wait", async () => {
      const lock = open();
      const order: string[] = [];
      const enter = async (holder: string) => {
        const held = await lock.hold("one", holder, NEVER);
        order.push(holder);
        return held;
      };
      const first = await enter("first");
      const second = enter("second");
      const third = enter("third");
      (await lock.hold("two", "other", NEVER)).release();
      expect(order).toEqual(["first"]);
      first.release();
      first.release();
      (await second).release();
      (await third).release();
      expect(order).toEqual(["first", "second", "third"]);
      (await lock.hold("one", "last", NEVER)).release();
    });

    test("who does not wait gets it at once or not at all, and never before those who wait", async () => {
      const lock = open();
      const first = lock.tryHold("one", "first");
      expect(first).toBeDefined();
      expect(lock.tryHold("one", "second")).toBeUndefined();
      const patient = lock.hold("one", "patient", NEVER);
      first?.release();
      expect(lock.tryHold("one", "second")).toBeUndefined();
      (await patient).release();
      expect(lock.tryHold("one", "second")).toBeDefined();
    });

    test("who has it gets it again, and keeps it until all is released", async () => {
      const lock = open();
      const outer = await lock.hold("one", "first", NEVER);
      const waiting = lock.hold("one", "second", NEVER);
      const inner = lock.tryHold("one", "first");
      outer.release();
      expect(lock.tryHold("one", "third")).toBeUndefined();
      const again = await lock.hold("one", "first", NEVER);
      inner?.release();
      again.release();
      (await waiting).release();
    });

    test("who gives up does not hold up the others", async () => {
      const lock = open();
      const held = await lock.hold("one", "first", NEVER);
      const abort = new AbortController();
      const impatient = lock.hold("one", "impatient", abort.signal);
      const patient = lock.hold("one", "patient", NEVER);
      abort.abort(new Error("gone"));
      await expect(impatient).rejects.toThrow("gone");
      held.release();
      (await patient).release();
      await expect(lock.hold("one", "late", abort.signal)).rejects.toThrow("gone");
      expect(lock.tryHold("one", "next")).toBeDefined();
    });

    test("too many that wait are told to come later", async () => {
      const lock = open();
      const held = await lock.hold("one", "first", NEVER);
      const waiting = Array.from({ length: 100 }, (_, index) => lock.hold("one", `waiting ${index}`, NEVER));
      await expect(lock.hold("one", "late", NEVER)).rejects.toMatchObject({ info: { kind: "queue-full" } });
      held.release();
      for (const next of waiting) (await next).release();
    });

    test("tells when nobody has a conversation any more, not when it goes to the next", async () => {
      const lock = open();
      let count = 0;
      lock.onFree(() => (count += 1));
      const held = await lock.hold("one", "first", NEVER);
      const waiting = lock.hold("one", "second", NEVER);
      held.release();
      const next = await waiting;
      expect(count).toBe(0);
      next.release();
      expect(count).toBe(1);
    });
  });
}
