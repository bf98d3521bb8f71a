import { afterEach, beforeEach, expect, test } from "vitest";

import { FakeContext } from "../../test/cli/fake-context.ts";
import type { TurnQuestion } from "../core/approvals/approval-desk.ts";
import type { ConversationId, PrincipalId, TurnId } from "../core/words/ids.ts";
import { nextTick } from "../lib/time.ts";
import { promptApprovals } from "./approval-prompt.ts";
import { waitFor } from "../../test/wait-for.ts";

let fake: FakeContext;
let end: AbortController;
let prompting: Promise<void>;
beforeEach(() => {
  fake = new FakeContext("/nowhere");
  end = new AbortController();
});
afterEach(async () => {
  end.abort();
  await prompting;
  expect(fake.typed).toBeUndefined();
});

function start(): void {
  const { terminal, clock } = fake.context;
  prompting = promptApprovals({ approvals: fake.approvals, terminal, clock, pauseMs: 20 }, end.signal);
}

function ask(extra: Partial<TurnQuestion> = {}) {
  // Proof for the casts: nothing here inspects ids.
  const question: TurnQuestion = {
    turnId: "turn_1" as TurnId,
    conversationId: "conv_1" as ConversationId,
    principalId: "key_1" as PrincipalId,
    profile: "default",
    activityId: "toolu_1",
    toolName: "Bash",
    input: { command: "npm test", timeout: 5 },
    summary: "Run npm test",
    alwaysAllows: ["Bash(npm test:*)"],
    ...extra,
  };
  const { event, answer } = fake.approvals.ask(question, new AbortController().signal);
  return { id: event.approvalId, answer };
}

const said = () => fake.errors.join("\n");

/** Waits until this call is the one asked about. */
async function untilAsked(id: string): Promise<void> {
  await waitFor(() => expect(said()).toContain(`Approval      ${id}`));
}

async function type(...lines: readonly string[]): Promise<void> {
  for (const line of lines) fake.typed?.push(line);
  await nextTick();
  await nextTick();
}

test("shows what is asked, with the time left, and takes the answer", async () => {
  start();
  const { id, answer } = ask();
  await untilAsked(id);
  expect(said()).toBe(`
Claude Code asks for your approval
  What          Run npm test
  Tool          Bash
    command: npm test
    timeout: 5
  Conversation  conv_1 · profile default
  Approval      ${id}
  Time left     1 min 0 s; then it is denied
  y = allow, n = deny, a = always in this conversation (Bash(npm test:*));
  then Enter:`);
  await type("y");
  expect(await answer).toEqual({ outcome: "allowed" });
  expect(fake.approvals.find(id)?.by).toBe("terminal");
  expect(said()).toContain(`${id}: it was allowed.`);
  // The keyboard is released while there is no question.
  await waitFor(() => expect(fake.typed).toBeUndefined());
});

test.each([
  ["n", "denied"],
  [" NO ", "denied"],
  ["Yes", "allowed"],
  ["a", "always-allowed"],
])("%j is an answer: %s", async (line, outcome) => {
  start();
  const { id, answer } = ask();
  await untilAsked(id);
  await type(line);
  expect((await answer).outcome).toBe(outcome);
});

test("what is no answer is asked again; always is not offered where it cannot be had", async () => {
  start();
  const { id, answer } = ask({ alwaysAllows: [] });
  await untilAsked(id);
  const choices = "  y = allow, n = deny; then Enter:";
  expect(fake.errors.at(-1)?.endsWith(choices)).toBe(true);
  for (const line of ["", "maybe", "a", "yy", "y n"]) {
    await type(line);
    expect(fake.errors.at(-1), line).toBe(choices);
  }
  await type("n");
  expect((await answer).outcome).toBe("denied");
});

test("a call that is longer than the screen can be shown again, a screen at a time, and is answered all the while", async () => {
  const steps = Array.from({ length: 50 }, (_, index) => `echo ${index}`);
  start();
  const { id, answer } = ask({ input: { command: steps.join("\n") } });
  await untilAsked(id);
  expect(fake.errors.at(-1)).toMatch(/\(51 lines, all of them above\)[^]*s = show it again/);
  fake.errors.length = 0;
  await type("s");
  expect(fake.errors[0]?.split("\n")).toHaveLength(22);
  expect(fake.errors[1]).toMatch(/^ {2}\d+ more lines; Enter shows the next:$/);
  await type("", "");
  for (const step of steps) expect(said()).toContain(`│ ${step}\n`);
  expect(fake.errors.at(-1)).toMatch(/then\s+Enter:$/);
  await type("y");
  expect((await answer).outcome).toBe("allowed");
});

test("one at a time; what was typed ahead does not answer the next", async () => {
  const first = ask();
  const second = ask({ alwaysAllows: [] });
  start();
  await untilAsked(first.id);
  expect(said()).toContain("(1 more after this one)");
  expect(said()).not.toContain(second.id);
  await type("y", "y", "y");
  expect((await first.answer).outcome).toBe("allowed");
  await untilAsked(second.id);
  await nextTick();
  expect(fake.approvals.list().map(({ id }) => id)).toEqual([second.id]);
  await type("n");
  expect((await second.answer).outcome).toBe("denied");
});

test("answered elsewhere it says so and goes on; an answer meant for the one before does not count", async () => {
  const first = ask();
  const second = ask({ alwaysAllows: [] });
  start();
  await untilAsked(first.id);
  fake.approvals.decide(first.id, { type: "deny" }, "key_9");
  await untilAsked(second.id);
  expect(said()).toContain(`${first.id} was answered elsewhere: it was denied.`);
  await type("y");
  expect(fake.errors.at(-1)).toContain("this did not count");
  expect(fake.approvals.list()).toHaveLength(1);
  await type("y");
  expect((await second.answer).outcome).toBe("allowed");
});

test("an always that covers the others leaves nothing to ask", async () => {
  const first = ask();
  const second = ask();
  start();
  await untilAsked(first.id);
  await type("a");
  expect((await second.answer).outcome).toBe("allowed");
  await waitFor(() => expect(fake.typed).toBeUndefined());
  expect(said()).not.toContain(`Approval      ${second.id}`);
});

test("one that is over is told, and the keyboard is given back", async () => {
  start();
  const { id } = ask();
  await untilAsked(id);
  fake.approvals.close();
  await prompting;
  expect(said()).toContain(`${id} is over: it was cancelled`);
});

test("a tool's input cannot write to the terminal", async () => {
  const trap = "\u{1b}[2J\u{1b}[H\r\nApproved: \u{202e}hidden";
  start();
  const { id } = ask({
    toolName: `mcp__x__${trap}`,
    summary: trap,
    input: { [trap]: trap, deep: { list: [trap] }, long: "x".repeat(5000) },
    alwaysAllows: [`Bash(${trap})`],
  });
  await untilAsked(id);
  for (const text of fake.errors) {
    expect(text.split("\n").join("")).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(text).not.toMatch(/^Approved/m);
  }
  // A long value is shown completely.
  expect(said().match(/x+/g)?.join("").length).toBeGreaterThanOrEqual(5000);
});

test("in the background it only says that one waits, once", async () => {
  fake.hasKeyboard = false;
  start();
  const { id } = ask();
  await waitFor(() => expect(said()).toContain(`Approval ${id} waits.`));
  ask();
  await waitFor(() => expect(fake.errors).toHaveLength(2));
  expect(said().match(new RegExp(id, "g"))).toHaveLength(1);
});

test("a keyboard that is closed ends it, and the calls go on waiting", async () => {
  start();
  const { id } = ask();
  await untilAsked(id);
  fake.typed?.end();
  await prompting;
  expect(said()).toContain("over the API from now on");
  expect(fake.approvals.list()).toHaveLength(1);
});
