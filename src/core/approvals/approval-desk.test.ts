import * as fc from "fast-check";
import { expect, test } from "vitest";

import { AppError } from "../words/app-error.ts";
import type { ConversationId, PrincipalId, TurnId } from "../words/ids.ts";
import type { ApprovalDecision, ApprovalEvent } from "../ports/approvals.ts";
import { SILENT_LOGGER } from "../ports/logger.ts";
import type { PermissionAnswer } from "../ports/turn-supervisor.ts";
import { ApprovalDesk, type ApprovalDeskOptions, type TurnQuestion } from "./approval-desk.ts";

/** Timers that fire when the test says so. */
class ManualTime {
  now = 1_000_000;
  readonly timers = new Set<{ readonly dueAt: number; readonly task: () => void }>();

  readonly schedule = (ms: number, task: () => void) => {
    const timer = { dueAt: this.now + ms, task };
    this.timers.add(timer);
    return { cancel: () => void this.timers.delete(timer) };
  };

  pass(ms: number): void {
    this.now += ms;
    for (const timer of this.timers) {
      if (timer.dueAt > this.now) continue;
      this.timers.delete(timer);
      timer.task();
    }
  }
}

const TIMEOUT_MS = 60_000;

// Proof for the casts: nothing here inspects ids.
const QUESTION: TurnQuestion = {
  turnId: "turn_1" as TurnId,
  conversationId: "conv_1" as ConversationId,
  principalId: "key_1" as PrincipalId,
  profile: "default",
  activityId: "toolu_1",
  toolName: "Bash",
  input: { command: "npm test" },
  summary: "Run npm test",
  alwaysAllows: ["Bash(npm test:*)"],
};
const OTHER_CONVERSATION = "conv_2" as ConversationId;

function openDesk(options: Partial<ApprovalDeskOptions> = {}) {
  const time = new ManualTime();
  const desk = new ApprovalDesk({
    timeoutMs: TIMEOUT_MS,
    clock: () => time.now,
    schedule: time.schedule,
    ...options,
  });
  const ask = (extra: Partial<TurnQuestion> = {}, signal = new AbortController().signal) =>
    desk.ask({ ...QUESTION, ...extra }, signal);
  return { time, desk, ask };
}

function failureOf(action: () => unknown): AppError {
  try {
    action();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("expected a failure");
}

test("a question is told to the turn, listed and found while it waits", () => {
  const { desk, ask, time } = openDesk();
  const { event } = ask();
  expect(event).toEqual({
    type: "permission-request",
    approvalId: expect.stringMatching(/^apr_[0-9a-f]{24}$/),
    activityId: "toolu_1",
    toolName: "Bash",
    input: { command: "npm test" },
    summary: "Run npm test",
    alwaysAllows: ["Bash(npm test:*)"],
    expiresAt: time.now + TIMEOUT_MS,
  });
  const { activityId: _, ...rest } = QUESTION;
  const approval = {
    id: event.approvalId,
    ...rest,
    requestedAt: time.now,
    expiresAt: time.now + TIMEOUT_MS,
  };
  expect(desk.list()).toEqual([approval]);
  expect(desk.find(event.approvalId)).toEqual({ approval });
});

test.each<readonly [ApprovalDecision, PermissionAnswer]>([
  [{ type: "allow" }, { outcome: "allowed" }],
  [
    { type: "deny", reason: "Use make." },
    { outcome: "denied", reason: "Use make." },
  ],
  [{ type: "always" }, { outcome: "always-allowed" }],
])("%j gives %j, and the next answer hears of it", async (decision, answer) => {
  const { desk, ask, time } = openDesk();
  const asked = ask();
  const { approvalId } = asked.event;
  expect(desk.decide(approvalId, decision, "key_9")).toBe(answer.outcome);
  expect(await asked.answer).toEqual(answer);
  expect(desk.find(approvalId)).toMatchObject({ outcome: answer.outcome, by: "key_9" });
  expect(desk.list()).toEqual([]);
  expect(time.timers.size).toBe(0);
  const late = failureOf(() => desk.decide(approvalId, { type: "allow" }, "terminal"));
  expect(late.info.kind).toBe("conflict");
  expect(late.message).toContain(answer.outcome === "denied" ? "it was denied" : "it was allowed");
});

test("unanswered it is denied in time, not earlier", async () => {
  const { desk, ask, time } = openDesk();
  const asked = ask();
  time.pass(TIMEOUT_MS - 1);
  expect(desk.list()).toHaveLength(1);
  time.pass(1);
  expect(await asked.answer).toEqual({ outcome: "timed-out" });
  const late = failureOf(() => desk.decide(asked.event.approvalId, { type: "allow" }, "terminal"));
  expect(late.info).toMatchObject({ kind: "conflict", message: expect.stringContaining("in time") });
});

test("a timeout that is longer than any timer is waited for to its end", async () => {
  const timeoutMs = 90 * 24 * 60 * 60 * 1000;
  const { desk, ask, time } = openDesk({ timeoutMs });
  const asked = ask();
  for (let passed = 0; passed < timeoutMs - 2 ** 30; passed += 2 ** 30) time.pass(2 ** 30);
  expect(desk.list()).toHaveLength(1);
  time.pass(2 ** 30);
  time.pass(2 ** 30);
  expect((await asked.answer).outcome).toBe("timed-out");
  expect(time.timers.size).toBe(0);
});

test("who has left, or leaves while it waits, cancels it", async () => {
  const { desk, ask } = openDesk();
  expect((await ask({}, AbortSignal.abort()).answer).outcome).toBe("cancelled");
  const client = new AbortController();
  const asked = ask({}, client.signal);
  client.abort();
  expect((await asked.answer).outcome).toBe("cancelled");
  expect(failureOf(() => desk.decide(asked.event.approvalId, { type: "allow" }, "x")).info.kind).toBe(
    "conflict",
  );
});

test("a desk that closes cancels what waits and what comes later, and ends its watchers", async () => {
  const { desk, ask } = openDesk();
  const events = desk.watch(new AbortController().signal);
  const asked = ask();
  desk.close();
  expect((await asked.answer).outcome).toBe("cancelled");
  expect((await ask().answer).outcome).toBe("cancelled");
  expect((await Array.fromAsync(events)).map(({ type }) => type)).toEqual([
    "approval-requested",
    "approval-resolved",
  ]);
  expect(await Array.fromAsync(desk.watch(new AbortController().signal))).toEqual([]);
});

test("beyond the bound a new call is denied at once, and the model is told why", async () => {
  const { desk, ask } = openDesk({ maxWaiting: 2 });
  const first = ask();
  ask();
  expect(await ask().answer).toEqual({ outcome: "denied", reason: expect.stringContaining("Too many") });
  desk.decide(first.event.approvalId, { type: "allow" }, "x");
  ask();
  expect(desk.list()).toHaveLength(2);
});

test("always is remembered for its conversation, and covers what waits there beside it", async () => {
  const { desk, ask } = openDesk();
  const asked = ask();
  const same = ask({ input: { command: "npm test -- --watch" } });
  ask({ alwaysAllows: ["Bash(npm test:*)", "Bash(rm:*)"] });
  ask({ alwaysAllows: [] });
  ask({ conversationId: OTHER_CONVERSATION });
  desk.decide(asked.event.approvalId, { type: "always" }, "key_9");
  expect(await same.answer).toEqual({ outcome: "allowed" });
  expect(desk.list()).toHaveLength(3);
  expect(desk.grantsOf(QUESTION.conversationId)).toEqual(["Bash(npm test:*)"]);
  expect(desk.grantsOf(OTHER_CONVERSATION)).toEqual([]);
});

test("always is refused where it cannot be had, and the call goes on waiting", () => {
  const { desk, ask } = openDesk();
  const { approvalId } = ask({ alwaysAllows: [] }).event;
  const refusal = failureOf(() => desk.decide(approvalId, { type: "always" }, "x"));
  expect(refusal.info).toMatchObject({ kind: "invalid-request", param: "decision" });
  expect(refusal.message).toContain("allow or deny");
  expect(desk.decide(approvalId, { type: "allow" }, "x")).toBe("allowed");
});

test("an id that nobody has is not found, and answered ones are forgotten in the end", () => {
  const { desk, ask } = openDesk();
  expect(failureOf(() => desk.decide("apr_1", { type: "allow" }, "x")).info.kind).toBe("not-found");
  const ids = Array.from({ length: 501 }, () => {
    const { approvalId } = ask().event;
    desk.decide(approvalId, { type: "deny" }, "x");
    return approvalId;
  });
  expect(desk.find(ids[0] ?? "")).toBeUndefined();
  expect(desk.find(ids[1] ?? "")).toBeDefined();
});

test("long inputs of answered ones are not kept for long", () => {
  const { desk, ask } = openDesk();
  const ids = Array.from({ length: 5 }, () => {
    const { approvalId } = ask({ input: { content: "x".repeat(5_000_000) } }).event;
    desk.decide(approvalId, { type: "deny" }, "x");
    return approvalId;
  });
  expect(ids.map((id) => desk.find(id) !== undefined)).toEqual([false, false, true, true, true]);
});

test("each watcher hears of everything from its start to its end; a slow one loses the oldest", async () => {
  const { desk, ask } = openDesk();
  ask();
  const watching = new AbortController();
  const slow = desk.watch(watching.signal);
  const brief = desk.watch(AbortSignal.abort());
  const [, , last] = [ask(), ask(), ask()];
  for (let count = 0; count < 500; count++) desk.decide(ask().event.approvalId, { type: "deny" }, "x");
  watching.abort();
  ask();
  const heard = await Array.fromAsync(slow);
  expect(heard).toHaveLength(500);
  expect(heard.some(({ approval }) => approval.id === last.event.approvalId)).toBe(false);
  expect(heard.at(-1)).toMatchObject({ type: "approval-resolved", outcome: "denied", by: "x" });
  expect(await Array.fromAsync(brief)).toEqual([]);
});

type Step =
  | { readonly type: "ask"; readonly conversation: number }
  | { readonly type: "decide"; readonly index: number; readonly decision: ApprovalDecision["type"] }
  | { readonly type: "abort"; readonly index: number }
  | { readonly type: "pass"; readonly ms: number }
  | { readonly type: "close" };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant("ask"), conversation: fc.nat(2) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("decide"),
      index: fc.nat(12),
      decision: fc.constantFrom("allow", "deny", "always"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("abort"), index: fc.nat(12) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("pass"), ms: fc.nat(TIMEOUT_MS) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("close") }) },
);

test("in whatever order things happen, each call has exactly one outcome and nothing is left behind", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { desk, ask, time } = openDesk({ maxWaiting: 4 });
      const watched = desk.watch(new AbortController().signal);
      const calls: { id: string; client: AbortController; answers: PermissionAnswer[] }[] = [];
      const wins = new Map<string, string>();
      for (const current of steps) {
        if (current.type === "ask") {
          const client = new AbortController();
          const conversationId = `conv_${current.conversation}` as ConversationId;
          const { event, answer } = ask({ conversationId }, client.signal);
          const answers: PermissionAnswer[] = [];
          void answer.then((each) => answers.push(each));
          calls.push({ id: event.approvalId, client, answers });
        } else if (current.type === "decide") {
          const call = calls[current.index];
          if (!call) continue;
          const before = desk.find(call.id)?.outcome;
          try {
            const outcome = desk.decide(call.id, { type: current.decision }, "key_9");
            expect(before).toBeUndefined();
            wins.set(call.id, outcome);
          } catch (error) {
            expect(error).toMatchObject({ info: { kind: "conflict" } });
            expect(before).toBeDefined();
          }
        } else if (current.type === "abort") calls[current.index]?.client.abort();
        else if (current.type === "pass") time.pass(current.ms);
        else desk.close();
      }
      time.pass(TIMEOUT_MS);
      expect(desk.list()).toEqual([]);
      expect(time.timers.size).toBe(0);
      desk.close();
      const events: ApprovalEvent[] = await Array.fromAsync(watched);
      const isClosedEarly = steps.some(({ type }) => type === "close");
      for (const { id, answers } of calls) {
        expect(answers).toHaveLength(1);
        const found = desk.find(id);
        expect(answers[0]?.outcome).toBe(found?.outcome);
        if (wins.has(id)) expect(found).toMatchObject({ outcome: wins.get(id), by: "key_9" });
        const told = events.filter(({ approval }) => approval.id === id).map(({ type }) => type);
        if (!isClosedEarly) expect(told).toEqual(["approval-requested", "approval-resolved"]);
      }
    }),
  );
});

test("who answered is logged, without what was asked", () => {
  const logged: unknown[] = [];
  const logger = {
    ...SILENT_LOGGER,
    info: (event: string, fields?: object) => void logged.push([event, fields]),
  };
  const { desk, ask } = openDesk({ logger });
  const { event } = ask();
  desk.decide(event.approvalId, { type: "deny" }, "key_9");
  expect(logged).toEqual([
    [
      "approval.resolved",
      {
        approvalId: event.approvalId,
        turnId: "turn_1",
        conversationId: "conv_1",
        principalId: "key_1",
        toolName: "Bash",
        outcome: "denied",
        by: "key_9",
      },
    ],
  ]);
});
