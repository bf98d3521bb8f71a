import { resumeFromFile } from "../bare/resume-from-file.ts";
import { alternate } from "../measure/alternate.ts";
import type { Scenario } from "../scenario.ts";
import type { TestBed } from "../test-bed.ts";
import type { TurnpikeConversation } from "../turnpike/turnpike-conversation.ts";

/** How a turn may be served whose history no process holds, with and without workers. */
const PLACEMENTS = ["hot", "spare", "resumed", "imported"] as const;

/** The turn after a history of so many messages that no process holds, for each of the ways in which that comes about. */
export function rebuiltHistory(messages: number): Scenario {
  return {
    name: `rebuilt-${messages}`,
    title: `Turn after ${messages} messages`,
    async run(bed) {
      const turns = bed.isSmoke ? 3 : messages / 2;
      const rounds = { counted: Math.ceil(bed.samples / 2), warmUps: bed.isSmoke ? 0 : 1 };
      const { bare, ...ways } = await alternate(rounds, {
        foreign: () => measure(bed, turns, async (conversation) => conversation),
        edited: () =>
          measure(bed, turns - 1, async (conversation) => {
            await ask(conversation);
            conversation.edit();
            return conversation;
          }),
        branched: () =>
          measure(bed, turns, async (conversation) => {
            await ask(conversation);
            return conversation.branch(1);
          }),
        evicted: () =>
          measure(bed, turns - 1, async (conversation) => {
            await ask(conversation);
            await conversation.evict();
            return conversation;
          }),
        bare: () => resumeFromFile(bed, turns),
      });
      const resumed = { what: "cold query() with resume", samples: bare };
      return Object.entries(ways).map(([way, turnpike]) => {
        return {
          what: `${way} history, first token`,
          unit: "ms" as const,
          turnpike,
          bare: resumed,
          ...(bed.hasWorkers && { maxRatio: 0.15 }),
        };
      });
    },
  };
}

/** The turn after what `prepare` has made of a conversation that has been brought from elsewhere. */
async function measure(
  bed: TestBed,
  turns: number,
  prepare: (conversation: TurnpikeConversation) => Promise<TurnpikeConversation>,
): Promise<number> {
  const brought = bed.newConversation("resent");
  brought.bring(turns);
  const conversation = await prepare(brought);
  await bed.settle();
  const { firstTokenMs } = await ask(conversation);
  await bed.client.forgetAll();
  return firstTokenMs;
}

function ask(conversation: TurnpikeConversation) {
  return conversation.ask(20, ...PLACEMENTS);
}
