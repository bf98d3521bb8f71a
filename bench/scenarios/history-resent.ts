import type { Scenario } from "../scenario.ts";
import { measureLaterTurns } from "./measure-later-turns.ts";

/** What any stateless OpenAI client does: the whole history comes with each request. */
export const historyResent: Scenario = {
  name: "history-resent",
  title: "Turns 2–5, whole history resent",
  async run(bed) {
    const { turnpike, bare } = await measureLaterTurns({ ...bed, bare: bed.sdk }, "resent");
    const hot = { what: "hot turn of one query()", samples: bare };
    return [{ what: "first token", unit: "ms", turnpike, bare: hot, maxRatio: bed.hasWorkers ? 1.15 : 1.25 }];
  },
};

/** The same behind a history of so many messages. */
export function longHistoryResent(messages: number): Scenario {
  return {
    name: `history-resent-${messages}`,
    title: `Four turns after ${messages} messages, whole history resent`,
    async run(bed) {
      const few = { ...bed, samples: Math.ceil(bed.samples / 4), bare: bed.sdk };
      const { turnpike, bare } = await measureLaterTurns(few, "resent", bed.isSmoke ? 2 : messages / 2);
      const hot = { what: "hot turn of one query() with that history", samples: bare };
      return [
        {
          what: "first token",
          unit: "ms",
          turnpike,
          bare: hot,
          ...(bed.hasWorkers && { maxRatio: 1.05 }),
        },
      ];
    },
  };
}
