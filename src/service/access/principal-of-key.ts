import type { ApiKey, ApprovalRight } from "../../core/words/api-key.ts";
import type { Principal } from "../../core/words/principal.ts";

/** Who a key in the database stands for. `ofClients`: the right to approve of clients whose keys do not say. */
export function principalOfApiKey(key: ApiKey, ofClients: ApprovalRight): Principal {
  const { id, role, approve, bounds, limits, logsContent } = key;
  const mayUse = role !== "viewer";
  return {
    id,
    mayUse,
    mayApprove: approve ?? (mayUse ? ofClients : "none"),
    ...(role !== "client" && { adminRole: role }),
    ...(Object.keys(bounds).length > 0 && { bounds }),
    limits,
    ...(logsContent && { logsContent }),
  };
}
