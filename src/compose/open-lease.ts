import { join } from "node:path";

import type { Config } from "../config/config.ts";
import { NodeLease } from "../core/nodes/node-lease.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { NodeId } from "../core/words/ids.ts";
import type { CleanUp } from "../lib/clean-up.ts";
import { LockedPresence } from "../store/nodes/locked-presence.ts";
import type { Store } from "../store/open-store.ts";

/** Takes this server's lease and gives it back when the server ends. */
export async function openLease(
  id: NodeId,
  store: Pick<Store, "nodes">,
  config: Pick<Config, "dataDir" | "turns">,
  { clock, logger, cleanUp }: { readonly clock: Clock; readonly logger: Logger; readonly cleanUp: CleanUp },
): Promise<NodeLease> {
  const presence = new LockedPresence(join(config.dataDir, "nodes"), id);
  const { nodes } = store;
  const lease = new NodeLease({ id, nodes, presence, leaseMs: config.turns.leaseMs, clock, logger });
  cleanUp.defer(() => lease.close());
  await lease.take();
  return lease;
}
