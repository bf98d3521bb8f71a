import type { Scenario } from "../scenario.ts";
import { measureLaterTurns } from "./measure-later-turns.ts";

/** Responses that go on from each other by `previous_response_id`, all of them stored. */
export const responseChain: Scenario = {
  name: "response-chain",
  title: "Turns 2–5, chain of responses",
  async run(bed) {
    const { turnpike, bare } = await measureLaterTurns({ ...bed, bare: bed.sdk }, "chained");
    const hot = { what: "hot turn of one query()", samples: bare };
    return [{ what: "first token", unit: "ms", turnpike, bare: hot, maxRatio: 1.25 }];
  },
};
