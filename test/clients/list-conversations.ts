import * as zod from "zod";

import type { Turnpike } from "../integration/start-turnpike.ts";

export interface SeenConversation {
  readonly placements: readonly string[];
  readonly statuses: readonly string[];
  /** Of the one process that holds it. */
  readonly processId: number | undefined;
}

const listSchema = zod.looseObject({ data: zod.array(zod.looseObject({ id: zod.string() })) });

const conversationSchema = zod.looseObject({
  session: zod.nullable(zod.looseObject({ process_id: zod.nullable(zod.number()) })),
  turns: zod.array(zod.looseObject({ placement: zod.string(), status: zod.string() })),
});

/** What became of the requests of a client: which of them continued each other, and where each ran. Oldest first. */
export async function listConversations(turnpike: Pick<Turnpike, "fetch">): Promise<SeenConversation[]> {
  const list = await turnpike.fetch("/conversations?limit=100");
  const { data } = listSchema.parse(await list.json());
  const conversations: SeenConversation[] = [];
  for (const { id } of data.toReversed()) {
    const response = await turnpike.fetch(`/conversations/${id}`);
    const { session, turns } = conversationSchema.parse(await response.json());
    conversations.push({
      placements: turns.map((turn) => turn.placement),
      statuses: turns.map((turn) => turn.status),
      processId: session?.process_id ?? undefined,
    });
  }
  return conversations;
}
