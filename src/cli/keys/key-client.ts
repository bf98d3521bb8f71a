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

type KeySource = Pick<Awaited<ReturnType<typeof openKeySource>>, "keys" | "audit">;

/**
 * Changes the database itself. Nobody runs turns meanwhile, so whoever can do this may give any right. What changes goes into the audit
 * log as over the admin API.
 */
export function changeKeysInDatabase({ keys, audit }: KeySource, clock: () => number): KeyClient {
  // Proof for the cast: it is only told.
  const by = { id: "local" as never, mayApprove: "all" } as const;
  const note = (action: string, target: string, sides: { before?: object; after?: object } = {}) =>
    audit.record({ by: by.id, action, target, ...sides });
  return {
    list: async () => formatKeyList(await keys.list(), clock()),
    async create(body) {
      const made = await keys.create(parseNewKey(body), by);
      await note("keys.create", made.key.id, { after: formatKey(made.key, clock()) });
      return formatNewKey(made, clock());
    },
    async set(id, body) {
      const change = parseKeyChanges(body);
      const before = formatKey(await keys.find(id), clock());
      const after = formatKey(await keys.set(id, change, by), clock());
      await note("keys.change", id, { before, after });
      return after;
    },
    async rotate(id, body) {
      const rotated = await keys.rotate(id, parseRotation(body), by);
      await note("keys.rotate", id);
      return formatNewKey(rotated, clock());
    },
    async revoke(id) {
      const before = formatKey(await keys.find(id), clock());
      const after = formatKey(await keys.revoke(id, by), clock());
      await note("keys.revoke", id, { before, after });
      return after;
    },
  };
}
