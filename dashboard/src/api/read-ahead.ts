import type { QueryClient } from "@tanstack/react-query";

import { planQuery } from "./plan.ts";
import { keysQuery, overviewQuery, statusQuery } from "./queries.ts";
import { usersQuery } from "./users.ts";

/** A page whose data come within this is drawn once, with them; others show what they are waiting for. */
const SOON_MS = 150;

/** Asks for what the overview shows while its code is read. Resolves soon, whatever the server does. */
export async function readOverviewAhead(client: QueryClient): Promise<void> {
  const read = Promise.all([
    client.prefetchQuery(overviewQuery("24h")),
    client.prefetchQuery(statusQuery),
    client.prefetchQuery(planQuery),
    client.prefetchQuery(keysQuery),
    client.prefetchQuery(usersQuery),
  ]);
  await Promise.race([read, new Promise((resolve) => window.setTimeout(resolve, SOON_MS))]);
}
