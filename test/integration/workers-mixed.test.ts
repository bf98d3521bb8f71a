import type { ChatCompletionMessageParam } from "openai/resources";
import { expect, test } from "vitest";

import { hang, httpError, reset } from "../../src/demo/build-fault.ts";
import { reply, text, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import type { Responder } from "../../src/demo/script.ts";
import { Semaphore } from "../../src/lib/semaphore.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { assistant, user } from "./ask.ts";
import { findProcesses, isClaude } from "./find-processes.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { API_KEY, OTHER_API_KEY } from "./start-turnpike.ts";
import { WEATHER } from "./tool-chat.ts";

const TURNS = Number(process.env["TURNPIKE_TEST_TURNS"] ?? 120);
const AT_ONCE = 6;
const KEYS = [API_KEY, OTHER_API_KEY] as const;
/** What befalls a turn; `nothing` most of the time. */
const FATES = ["nothing", "nothing", "nothing", "call", "cut", "error", "reset", "left", "killed"] as const;
type Fate = (typeof FATES)[number];

const shared = shareTurnpike({ spares: 1, flags: { "sessions.maxSessions": "4" } });

/** Numbers that are the same in every run. */
function createDice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** The model does what the last message says. */
const play: Responder = (request) => {
  const asked = conversationOf(request).at(-1)?.content;
  const [, mark = "", fate] = /^((?:alpha|omega)-\d+) (\w+)$/.exec(String(asked)) ?? [];
  if (fate === "call") return reply({ blocks: [toolUse("get_weather", { city: mark })] });
  if (fate === "cut") return reply({ blocks: [textBlock(`half of ${mark}`)], stopReason: "max_tokens" });
  if (fate === "error") return httpError(400, { message: `no ${mark}` });
  // Claude Code asks for the rest of a cut answer by itself, where one that comes at once leaves no time to prevent it.
  if (fate === undefined) return hang();
  if (fate === "reset") return reply({ blocks: [textBlock("", { chunks: [`some of ${mark}`, reset()] })] });
  return text(`re: ${mark}`);
};

interface Talk {
  readonly key: number;
  messages: ChatCompletionMessageParam[];
}

test(
  `${TURNS} mixed turns of two keys with faults: the model is sent nothing but what the clients sent`,
  {
    timeout: 180_000 + TURNS * 500,
  },
  async () => {
    const turnpike = shared();
    const dice = createDice(17);
    turnpike.upstream.respondWith(play);
    const sent = new Set<string>();
    const talks: Talk[] = [];
    const places = new Semaphore(AT_ONCE);
    const statuses = new Map<string, number>();

    const turn = async (number: number, talk: Talk, fate: Fate): Promise<void> => {
      const mark = `${talk.key === 0 ? "alpha" : "omega"}-${number}`;
      const messages = [...talk.messages, user(`${mark} ${fate}`)];
      sent.add(JSON.stringify(messages));
      const leaving = new AbortController();
      const response = turnpike.fetch("/v1/chat/completions", {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${KEYS[talk.key]}` },
        body: JSON.stringify({ model: "sonnet", messages, ...(fate === "call" && { tools: [WEATHER] }) }),
        signal: leaving.signal,
      });
      if (fate === "left") leaving.abort();
      if (fate === "killed") {
        const victim = (await findProcesses(turnpike.folder)).find(isClaude);
        try {
          if (victim) process.kill(victim.processId, "SIGKILL");
        } catch {
          // It has ended by itself.
        }
      }
      const status = await response.then(
        async (answer) => {
          await answer.text();
          return answer.status;
        },
        () => "gone",
      );
      const kind = `${fate} ${status}`;
      statuses.set(kind, (statuses.get(kind) ?? 0) + 1);
      if (status === 200 && fate === "nothing") talk.messages = [...messages, assistant(`re: ${mark}`)];
    };

    const running: Promise<void>[] = [];
    const busy = new Set<Talk>();
    for (let number = 0; number < TURNS; number += 1) {
      const leave = await places.acquire(new AbortController().signal);
      const free = talks.filter((talk) => !busy.has(talk));
      const isNew = free.length === 0 || dice(3) === 0;
      const talk = (isNew ? undefined : free[dice(free.length)]) ?? { key: dice(2), messages: [] };
      if (isNew) talks.push(talk);
      // One that is edited goes on from an earlier message.
      if (dice(5) === 0) talk.messages = talk.messages.slice(0, -2);
      busy.add(talk);
      const fate = FATES[dice(FATES.length)] ?? "nothing";
      running.push(
        turn(number, talk, fate).finally(() => {
          busy.delete(talk);
          leave();
        }),
      );
    }
    await Promise.all(running);
    await turnpike.until(({ turns, sessions }) => turns.running + turns.queued + sessions.busy === 0);

    const { requests } = turnpike.upstream;
    const bodies: string[] = [];
    for (const request of requests) {
      const conversation = conversationOf(request);
      if (
        conversation.at(-2)?.content?.toString().startsWith("half of ") &&
        !sent.has(JSON.stringify(conversation))
      ) {
        expect(await request.ended).toMatchObject({ type: "aborted" });
      } else bodies.push(JSON.stringify(conversation));
    }
    expect(requests.flatMap(({ rejection }) => rejection ?? [])).toEqual([]);
    expect(bodies.filter((body) => !sent.has(body))).toEqual([]);
    expect(bodies.filter((body) => body.includes("alpha-") && body.includes("omega-"))).toEqual([]);
    const told = Object.fromEntries([...statuses].toSorted());
    const failed = Object.entries(told).filter(([kind]) => /^(nothing|call|cut) (?!200)/.test(kind));
    const killed = Object.entries(told).filter(([kind]) => kind.startsWith("killed"));
    // Whose process was killed is told so; what befell the others' turns befell nobody else.
    expect(
      failed.filter(([kind]) => !kind.endsWith("502")),
      JSON.stringify(told),
    ).toEqual([]);
    expect(sum(failed)).toBeLessThanOrEqual(sum(killed));
    expect(told["nothing 200"]).toBeGreaterThan(TURNS / 6);
  },
);

function sum(counts: readonly (readonly [string, number])[]): number {
  return counts.reduce((total, [, count]) => total + count, 0);
}
