import { formatKey, formatKeyList, formatNewKey } from "../../protocols/admin/format-key.ts";
import type { KeyBody, KeyListBody, KeyWithSecretBody } from "../../protocols/admin/key-schemas.ts";
import { parseKeyChanges, parseNewKey, parseRotation } from "../../protocols/admin/parse-key.ts";
import type { AskAdminApi } from "../ask-admin-api.ts";
import type { openKeySource } from "../../compose/open-key-source.ts";

/** Bodies as the admin API takes and gives them. Methods reject with ControlError, NoAnswerError or AppError. */
export interface KeyClient {
  list(): Promise<KeyListBody>;
  create(body: object): Promise<KeyWithSecretBody>;
  set(id: string, body: object): Promise<KeyBody>;
  rotate(id: string, body: object): Promise<KeyWithSecretBody>;
  revoke(id: string): Promise<KeyBody>;
}

const PATH = "/admin/api/keys";

/** Asks the server, for which a change counts at once. */
export function askServerForKeys(ask: AskAdminApi): KeyClient {
  return {
    list: () => ask("GET", PATH),
    create: (body) => ask("POST", PATH, body),
    set: (id, body) => ask("POST", pathOf(id), body),
    rotate: (id, body) => ask("POST", `${pathOf(id)}/rotate`, body),
    revoke: (id) => ask("POST", `${pathOf(id)}/revoke`, {}),
  };
}

function pathOf(id: string): string {
  return `${PATH}/${encodeURIComponent(id)}`;
}

type KeySource = Pick<Awaited<ReturnType<typeof openKeySource>>, "keys">;

/** Changes the database itself. Nobody runs turns meanwhile, so whoever can do this may give any right. */
export function changeKeysInDatabase({ keys }: KeySource, clock: () => number): KeyClient {
  // Proof for the cast: it is only told.
  const by = { id: "local" as never, mayApprove: "all" } as const;
  return {
    list: async () => formatKeyList(await keys.list(), clock()),
    create: async (body) => formatNewKey(await keys.create(parseNewKey(body), by), clock()),
    set: async (id, body) => formatKey(await keys.set(id, parseKeyChanges(body), by), clock()),
    rotate: async (id, body) => formatNewKey(await keys.rotate(id, parseRotation(body), by), clock()),
    revoke: async (id) => formatKey(await keys.revoke(id, by), clock()),
  };
}
