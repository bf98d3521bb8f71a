import type { PrincipalId } from "./ids.ts";
import type { PermissionMode } from "./permission-mode.ts";

/** `client`: runs turns. `viewer`: only reads the admin API. `admin`: may do all that the admin API offers, and runs turns. */
export const KEY_ROLES = ["client", "viewer", "admin"] as const;
export type KeyRole = (typeof KEY_ROLES)[number];

/** Whose approvals a key may answer, from least to most. */
export const APPROVAL_RIGHTS = ["none", "own", "all"] as const;
export type ApprovalRight = (typeof APPROVAL_RIGHTS)[number];

/** What the turns of a key are kept to, within what the configuration allows. Absent: by the configuration alone. */
export interface KeyBounds {
  /** Ids as `/v1/models` lists them; one that ends in `*` stands for all that begin like it. */
  readonly models?: readonly string[];
  /** Names of profiles. */
  readonly profiles?: readonly string[];
  /** Absolute paths: turns with tools work in these folders and their subfolders only. */
  readonly workspaces?: readonly string[];
  /** In addition to the strictest modes, `plan` and `dontAsk`. */
  readonly permissionModes?: readonly PermissionMode[];
}

/** How much a key may use. Absent: any amount. Days and months are those of UTC. */
export interface KeyLimits {
  readonly requestsPerMinute?: number;
  /** Input, cached or not, and output together. */
  readonly tokensPerMinute?: number;
  readonly tokensPerDay?: number;
  readonly turnsAtOnce?: number;
  readonly costPerDayUsd?: number;
  readonly costPerMonthUsd?: number;
}

/** What an administrator can set. */
export interface KeySettings {
  readonly name: string;
  readonly role: KeyRole;
  /** Absent: what the configuration gives to clients. */
  readonly approve?: ApprovalRight;
  readonly bounds: KeyBounds;
  readonly limits: KeyLimits;
  /** Whether the content of its requests may be logged where the log can hold content. */
  readonly logsContent: boolean;
  /** Milliseconds since the epoch; absent: it does not expire. */
  readonly expiresAt?: number;
}

/** An API key in the database, without its secret. Times are milliseconds since the epoch. */
export interface ApiKey extends KeySettings {
  /** The principal that it stands for; stays when the secret is changed. */
  readonly id: PrincipalId;
  /** The first characters of its newest secret, by which people recognise it. */
  readonly prefix: string;
  readonly createdAt: number;
  readonly revokedAt?: number;
}
