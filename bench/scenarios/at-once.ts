import { availableParallelism } from "node:os";

import { askBareAtOnce } from "../bare/ask-bare-at-once.ts";
import { alternate } from "../measure/alternate.ts";
import { median } from "../measure/median.ts";
import type { Measurement, Scenario } from "../scenario.ts";
import type { TestBed } from "../test-bed.ts";

/** Instead of 8 and 32; the larger one is more than Turnpike's default of 8 sessions, so that one request has to wait. */
const SMOKE_REQUESTS = { few: 2, many: 9 };

/** So many new conversations at the same moment. */
export function atOnce(requests: number): Scenario {
  return {
    name: `at-once-${requests}`,
    title: requests === 1 ? "1 request, new conversation" : `${requests} requests at once, new conversations`,
    async run(bed) {
      const count = bed.isSmoke ? smokeRequests(requests) : requests;
      // Each round of many requests is many samples already.
      const rounds = { counted: Math.ceil(bed.samples / (count === 1 ? 1 : 5)), warmUps: 0 };
      const { turnpike, bare } = await alternate(rounds, {
        turnpike: () => askTurnpike(bed, count),
        bare: () => askBareSdk(bed, bed.isSmoke ? 1 : count),
      });
      const compare = (what: string, measure: (ends: readonly number[]) => number): Measurement => ({
        what,
        unit: "ms",
        turnpike: turnpike.map(measure),
        bare: {
          what: count === 1 ? "cold query()" : `cold query() each, ${availableParallelism()} at a time`,
          samples: bare.map(measure),
        },
      });
      if (requests === 1) return [compare("answered", latest)];
      return [compare("all answered", latest), compare("median answered", median)];
    },
  };
}

/** When each answer was complete. */
async function askTurnpike(bed: TestBed, count: number): Promise<readonly number[]> {
  await bed.settle();
  const conversations = Array.from({ length: count }, () => bed.newConversation("kept"));
  const answers = await Promise.all(conversations.map((each) => each.ask(20, "spare", "cold", undefined)));
  for (const conversation of conversations) await conversation.forget();
  return answers.map(({ endMs }) => endMs);
}

async function askBareSdk(bed: TestBed, count: number): Promise<readonly number[]> {
  await bed.settle();
  const start = () => bed.sdk.start(bed.spec, bed.newTag());
  return askBareAtOnce(Array<typeof start>(count).fill(start), 20);
}

function smokeRequests(requests: number): number {
  if (requests === 1) return 1;
  return requests <= 8 ? SMOKE_REQUESTS.few : SMOKE_REQUESTS.many;
}

function latest(ends: readonly number[]): number {
  return Math.max(...ends);
}
