import type { ApiKeyStore } from "../../core/ports/api-key-store.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import {
  type ApiKey,
  APPROVAL_RIGHTS,
  type ApprovalRight,
  type KeySettings,
} from "../../core/words/api-key.ts";
import { AppError } from "../../core/words/app-error.ts";
import { newKeyId, type PrincipalId } from "../../core/words/ids.ts";
import type { Principal } from "../../core/words/principal.ts";
import { newSecret } from "./new-secret.ts";

/** Who changes keys: the operator on this machine, or an administrator. */
export type KeyChanger = Pick<Principal, "id" | "mayApprove">;

/** A key with its secret, which is shown this once. */
export interface NewKey {
  readonly key: ApiKey;
  readonly secret: string;
}

export interface KeyAdminParts {
  readonly store: ApiKeyStore;
  /** Called after each change, before it is answered. */
  readonly onChange: () => void;
  /** The real path of a folder, or the path itself where there is none. */
  readonly realFolder: (path: string) => string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Makes, changes and revokes API keys. */
export class KeyAdmin {
  readonly #parts: KeyAdminParts;

  constructor(parts: KeyAdminParts) {
    this.#parts = parts;
  }

  list(): Promise<readonly ApiKey[]> {
    return this.#parts.store.listKeys();
  }

  /** @throws AppError `not-found` */
  async find(id: string): Promise<ApiKey> {
    return (await this.#parts.store.findKey(asId(id))) ?? notFound();
  }

  /** @throws AppError `forbidden` for a right that who asks does not have */
  async create(settings: KeySettings, by: KeyChanger): Promise<NewKey> {
    requireOwnRight(settings.approve, by);
    const { expiresAt = Number.POSITIVE_INFINITY } = settings;
    if (expiresAt <= this.#parts.clock()) throw overAlready();
    const { secret, stored } = newSecret();
    const { hash, prefix } = stored;
    const key = {
      ...this.#withRealFolders(settings),
      id: newKeyId(),
      prefix,
      createdAt: this.#parts.clock(),
    };
    await this.#parts.store.createKey(key, hash);
    this.#changed("key.created", key, by);
    return { key, secret };
  }

  /** @throws AppError `not-found`; `forbidden` as above; `conflict` when it is revoked */
  async set(id: string, change: (settings: KeySettings) => KeySettings, by: KeyChanger): Promise<ApiKey> {
    const key = await this.#parts.store.changeKey(asId(id), (before) => {
      const after = this.#withRealFolders(change(before));
      if (after.approve !== before.approve) requireOwnRight(after.approve, by);
      const { prefix, createdAt } = before;
      return { ...after, id: before.id, prefix, createdAt };
    });
    return this.#changed("key.changed", key ?? (await this.#refuse(id)), by);
  }

  /**
   * Earlier secrets stay valid for `graceMs`.
   * @throws AppError as `set`; whoever gets the secret has the key's rights
   */
  async rotate(id: string, graceMs: number, by: KeyChanger): Promise<NewKey> {
    requireOwnRight((await this.find(id)).approve, by);
    const { secret, stored } = newSecret();
    const key = await this.#parts.store.rotateKey(asId(id), stored, this.#parts.clock() + graceMs);
    return { key: this.#changed("key.rotated", key ?? (await this.#refuse(id)), by), secret };
  }

  /** Revoking again changes nothing. @throws AppError `not-found` */
  async revoke(id: string, by: KeyChanger): Promise<ApiKey> {
    const revoked = await this.#parts.store.revokeKey(asId(id), this.#parts.clock());
    return revoked ? this.#changed("key.revoked", revoked, by) : this.find(id);
  }

  #changed(event: string, key: ApiKey, by: KeyChanger): ApiKey {
    this.#parts.onChange();
    this.#parts.logger.info(event, { keyId: key.id, name: key.name, role: key.role, by: by.id });
    return key;
  }

  #withRealFolders<Settings extends KeySettings>(settings: Settings): Settings {
    const { workspaces } = settings.bounds;
    if (!workspaces) return settings;
    return {
      ...settings,
      bounds: { ...settings.bounds, workspaces: workspaces.map(this.#parts.realFolder) },
    };
  }

  async #refuse(id: string): Promise<never> {
    await this.find(id);
    const message = "This key is revoked, which is final. Create another one.";
    throw new AppError({ kind: "conflict", message });
  }
}

/** Who may not approve must not make itself a key that may, nor get such a key's secret. */
function requireOwnRight(right: ApprovalRight = "none", by: KeyChanger): void {
  if (APPROVAL_RIGHTS.indexOf(right) <= APPROVAL_RIGHTS.indexOf(by.mayApprove)) return;
  throw new AppError({
    kind: "forbidden",
    message: `A key that may answer approvals (approve: ${right}) is given only by who may answer them too. Send the approver key, or a key with that right, as the bearer.`,
  });
}

function notFound(): never {
  throw new AppError({ kind: "not-found", message: "There is no key with this id." });
}

function asId(id: string): PrincipalId {
  // Proof for the cast: it is only looked up.
  return id as PrincipalId;
}

function overAlready(): AppError {
  return new AppError({
    kind: "invalid-request",
    message: "Invalid 'expires_at': that is over, and the key would never be valid.",
    param: "expires_at",
  });
}
