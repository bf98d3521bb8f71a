import type { Scenario } from "../scenario.ts";
import { measureLaterTurns } from "./measure-later-turns.ts";

/** A client that names its conversation sends only the new message. */
export const namedConversation: Scenario = {
  name: "named-conversation",
  title: "Turns 2–5, named conversation",
  async run(bed) {
    const { turnpike, bare } = await measureLaterTurns({ ...bed, bare: bed.sdk }, "kept");
    const hot = { what: "hot turn of one query()", samples: bare };
    return [{ what: "first token", unit: "ms", turnpike, bare: hot }];
  },
};
