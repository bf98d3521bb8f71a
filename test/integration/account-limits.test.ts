import { describe, expect, test } from "vitest";

import {
  billingProblem,
  claudeCodeTooOld,
  contractSpendLimit,
  ownSpendLimit,
  rampLimit,
  tierSpendLimit,
} from "../../src/demo/build-limit.ts";
import { httpError } from "../../src/demo/build-fault.ts";
import { unifiedHeaders } from "../../src/demo/build-headers.ts";
import { reply, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import { blocksOf } from "../../src/demo/messages-body.ts";
import type { Reply } from "../../src/demo/reply.ts";
import type { Responder } from "../../src/demo/script.ts";
import { userTexts } from "../../src/demo/user-text.ts";
import { openSocket } from "../http/socket-client.ts";
import { postTurn, type Protocol, PROTOCOLS } from "./post-turn.ts";
import { parseEvents, pollUntil } from "./respond.ts";
import { API_KEY, type Turnpike } from "./start-turnpike.ts";
import { shareTurnpike } from "./share-turnpike.ts";

/** A stream is not begun before the account's limit is known, however slow the machine is. */
const PATIENT = { "server.keepAlive": "60s" };

interface Answer {
  readonly status: number;
  readonly type: string;
  /** Of OpenAI's protocols; of Messages the API's own `details.error_code`. */
  readonly code?: string;
}

interface Limit {
  readonly name: string;
  readonly answer: Reply;
  readonly expected: Readonly<Record<Protocol, Answer>>;
  /** What a person can do. */
  readonly remedy: RegExp;
}

const quota = (status: number): Answer => ({
  status,
  type: "insufficient_quota",
  code: "insufficient_quota",
});
const outdated: Answer = { status: 400, type: "invalid_request_error", code: "claude_code_version_too_old" };

const noMoney = (code?: string): Limit["expected"] => ({
  chat: quota(402),
  responses: quota(400),
  messages: { status: 402, type: "billing_error", ...(code !== undefined && { code }) },
});

const limits: readonly Limit[] = [
  {
    name: "a tier's spend cap",
    answer: tierSpendLimit(),
    expected: noMoney("enforced_spend_limit_reached"),
    remedy: /usage tier.*Claude Console.*first day of next month/,
  },
  {
    name: "a contract's spend cap",
    answer: contractSpendLimit(),
    expected: noMoney("contract_spend_limit_reached"),
    remedy: /contract.*raised by Anthropic/,
  },
  {
    name: "the owner's own spend limit",
    answer: ownSpendLimit(),
    expected: noMoney(),
    remedy: /owner has set.*Claude Console.*regain access on 2026-12-01/,
  },
  {
    name: "a workspace's spend limit",
    answer: ownSpendLimit("workspace"),
    expected: noMoney(),
    remedy: /Claude Console.*regain access on 2026-12-01/,
  },
  { name: "402", answer: billingProblem(), expected: noMoney(), remedy: /Claude Console \(Billing\)/ },
  {
    name: "too old a Claude Code",
    answer: claudeCodeTooOld(),
    expected: { chat: outdated, responses: outdated, messages: outdated },
    remedy: /newer Claude Code.*2\.1\.251.*update Turnpike/,
  },
];

interface ErrorFields {
  readonly type?: string;
  readonly code?: string | null;
  readonly message?: string;
  readonly details?: { readonly error_code?: string };
  readonly resets_at?: number;
  readonly resets_in_seconds?: number;
}

async function errorOf(response: Response): Promise<ErrorFields> {
  // Proof for the cast: read with optional fields only.
  return ((await response.json()) as { error: ErrorFields }).error;
}

const codeOf = ({ code, details }: ErrorFields) => code ?? details?.error_code;

describe("an account at a limit that a retry does not lift", () => {
  const turnpike = shareTurnpike({ flags: PATIENT });

  describe.each(limits)("$name", ({ name, answer, expected, remedy }) => {
    test.each(PROTOCOLS)("is final and says what to do in %s, streamed or not", async (protocol) => {
      answerAll(turnpike(), () => answer);
      await atOnce([false, true], async (stream) => {
        const question = `${name} streamed ${stream}`;
        const response = await postTurn(turnpike(), protocol, question, { stream });
        const error = await errorOf(response);
        expect({ status: response.status, type: error.type, code: codeOf(error) }, error.message).toEqual({
          code: undefined,
          ...expected[protocol],
        });
        expect(error.message).toMatch(remedy);
        expect(response.headers.get("retry-after")).toBeNull();
        if (response.status === 402) expect(response.headers.get("x-should-retry")).toBe("false");
        // Claude Code asks twice more after a 429, and at once with fewer extras after a 400.
        expect([1, 2, 3, 4]).toContain(requestsWith(turnpike(), question).length);
      });
    });

    test("ends a stream that has begun with the same error", async () => {
      answerAll(turnpike(), afterWork(answer));
      const [chat = "", responses = "", messages = ""] = await atOnce(PROTOCOLS, async (protocol) =>
        (await postTurn(turnpike(), protocol, `${name} in ${protocol}`, BEGUN)).text(),
      );
      expect(chat).toContain(`"code":"${expected.chat.code}"`);
      expect(chat).toMatch(remedy);

      const events = parseEvents(responses);
      expect(events.at(-2)).toMatchObject({ type: "error", code: expected.responses.code });
      expect(events.at(-1)).toMatchObject({
        type: "response.failed",
        response: { status: "failed", error: { message: expect.stringMatching(remedy) } },
      });

      expect(messages).toContain(`"type":"${expected.messages.type}"`);
      expect(messages).toMatch(remedy);
    });

    test("fails a response in the background, and is an error on a WebSocket", async () => {
      const { openai } = turnpike();
      answerAll(turnpike(), () => answer);
      const { id } = await openai.responses.create({ model: "sonnet", input: name, background: true });
      const asking = askSocket(turnpike(), `${name} on a WebSocket`);
      const [failed, [event]] = await Promise.all([pollUntil(openai, id), asking]);
      expect(failed).toMatchObject({
        status: "failed",
        error: { message: expect.stringMatching(remedy) },
      });

      expect(event).toMatchObject({
        type: "error",
        status: expected.responses.status,
        error: { type: expected.responses.type, message: expect.stringMatching(remedy) },
      });
    });
  });

  test("one that grows too quickly is asked to wait, as long as the API says", async () => {
    answerAll(turnpike(), () => rampLimit(20));
    await atOnce(PROTOCOLS, async (protocol) => {
      const question = `more and more in ${protocol}`;
      const response = await postTurn(turnpike(), protocol, question);
      expect(response.status, protocol).toBe(429);
      const wait = Number(response.headers.get("retry-after"));
      expect(wait).toBeGreaterThanOrEqual(20);
      expect(wait).toBeLessThanOrEqual(26);
      expect((await errorOf(response)).message).toMatch(/Try again in \d+ seconds/);
      expect(requestsWith(turnpike(), question)).toHaveLength(1);
    });
  });

  test("a wait that Claude Code does not tell is a minute, for it is longer than that", async () => {
    const { upstream } = turnpike();
    upstream.clear();
    upstream.respondWith(() => httpError(429, { message: "Slow down" }, { "retry-after": "300" }));
    const response = await postTurn(turnpike(), "chat", "again and again");
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "60"]);
    expect(upstream.requests).toHaveLength(1);
  });
});

describe("a plan whose window is used up", () => {
  const turnpike = shareTurnpike({
    flags: PATIENT,
    environment: { ANTHROPIC_API_KEY: undefined, CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-test" },
  });

  test.each([
    { protocol: "chat", status: 402, type: "usage_limit_reached", hasWait: false },
    { protocol: "responses", status: 429, type: "usage_limit_reached", hasWait: true },
    { protocol: "messages", status: 429, type: "rate_limit_error", hasWait: true },
  ] as const)("is told at once with its end in $protocol", async ({ protocol, status, type, hasWait }) => {
    const { answer, reset } = usedUp(7500);
    answerAll(turnpike(), () => answer);
    await atOnce([false, true], async (stream) => {
      const question = `go on, streamed ${stream}`;
      const response = await postTurn(turnpike(), protocol, question, { stream });
      const error = await errorOf(response);
      expect([response.status, error.type], error.message).toEqual([status, type]);
      expect(response.headers.get("x-should-retry")).toBe("false");
      expect(response.headers.has("retry-after")).toBe(hasWait);
      const time = new Date(reset * 1000).toISOString().slice(0, 19);
      expect(error.message).toContain(`5-hour limit, which will reset at ${time}Z (in 2 hours)`);
      if (protocol !== "messages") {
        expect(error).toMatchObject({ code: "usage_limit_reached", resets_at: reset });
        expect(error.resets_in_seconds).toBeGreaterThan(7000);
        expect(error.resets_in_seconds).toBeLessThanOrEqual(7500);
      }
      expect(requestsWith(turnpike(), question)).toHaveLength(1);
    });
  });

  test("names the week, and is told the same way in the middle of a turn and over a WebSocket", async () => {
    const { answer, reset } = usedUp(3 * 86_400, "seven_day");
    answerAll(turnpike(), afterWork(answer));
    const events = parseEvents(await (await postTurn(turnpike(), "responses", "work", BEGUN)).text());
    expect(events.at(-2)).toMatchObject({
      type: "error",
      code: "usage_limit_reached",
      error: { type: "usage_limit_reached", resets_at: reset },
    });
    expect(events.at(-1)).toMatchObject({
      type: "response.failed",
      response: { error: { code: "invalid_prompt", message: expect.stringContaining("weekly limit") } },
    });

    answerAll(turnpike(), () => answer);
    const [event] = await askSocket(turnpike(), "go on");
    expect(event).toMatchObject({
      type: "error",
      status: 429,
      error: { type: "usage_limit_reached", resets_at: reset },
    });
  });

  test("that is still open: a 429 is a short wait: the account only asked too quickly", async () => {
    answerAll(turnpike(), () =>
      httpError(429, { message: "Too quick" }, { ...unifiedHeaders(), "retry-after": "1" }),
    );
    await atOnce(PROTOCOLS, async (protocol) => {
      const response = await postTurn(turnpike(), protocol, `go on in ${protocol}`);
      const error = await errorOf(response);
      expect([response.status, error.type], error.message).toEqual([429, "rate_limit_error"]);
      expect(Number(response.headers.get("retry-after"))).toBeLessThanOrEqual(10);
      expect(response.headers.get("x-should-retry")).toBeNull();
      expect(error.message).not.toMatch(/5-hour|used up|resets/);
    });
  });

  test("that opens again within a minute is a short wait like any other", async () => {
    const { answer } = usedUp(30);
    const { upstream } = turnpike();
    upstream.clear();
    upstream.respondWith(() => answer);
    const response = await postTurn(turnpike(), "chat", "go on");
    const error = await errorOf(response);
    expect([response.status, error.type, error.code], error.message).toEqual([
      429,
      "rate_limit_error",
      "rate_limit_exceeded",
    ]);
    const wait = Number(response.headers.get("retry-after"));
    expect(wait).toBeGreaterThan(15);
    expect(wait).toBeLessThanOrEqual(31);
  });
});

/** Every request of the model's is answered so until the next call. */
function answerAll({ upstream }: Turnpike, respond: Responder): void {
  upstream.clear();
  upstream.respondWith(respond);
}

/** A turn that has said and done something before it asks the API once more. */
function afterWork(answer: Reply): Responder {
  return ({ body }) => {
    const hasWorked = body.messages.flatMap(blocksOf).some(({ type }) => type === "tool_result");
    return hasWorked ? answer : begun();
  };
}

/** Each case has a process of its own; the cases of a test wait beside each other. */
function atOnce<Case, Result>(cases: readonly Case[], play: (each: Case) => Promise<Result>) {
  return Promise.all(cases.map(play));
}

/** What the model was asked for this question. */
function requestsWith({ upstream }: Turnpike, question: string) {
  return upstream.requests.filter(({ body }) => userTexts(body).includes(question));
}

/** The answer of the API when a window of the plan is used up, and when that ends. */
function usedUp(seconds: number, claim = "five_hour") {
  const reset = Math.floor(Date.now() / 1000) + seconds;
  const window = { utilization: 1, reset };
  const windows = claim === "five_hour" ? { fiveHours: window } : { sevenDays: window };
  const answer = httpError(
    429,
    { message: "This request would exceed your account's rate limit. Please try again later." },
    { ...unifiedHeaders({ ...windows, representativeClaim: claim }), "retry-after": String(seconds) },
  );
  return { answer, reset };
}

function begun(): Reply {
  return reply({
    blocks: [textBlock("I look."), toolUse("Bash", { command: "echo looked", description: "Looks" })],
  });
}

const BEGUN = { stream: true, model: "claude-code" } as const;

async function askSocket(turnpike: Turnpike, input: string) {
  const headers = { authorization: `Bearer ${API_KEY}` };
  const client = await openSocket(`${turnpike.url}/v1/responses`, { headers });
  client.send({ type: "response.create", model: "sonnet", input });
  const events = await client.nextResponse();
  client.socket.close();
  return events;
}
