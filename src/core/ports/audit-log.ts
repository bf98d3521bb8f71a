/** Who changed what, and when. Neither side ever holds a secret. */
export interface AuditEntry {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The principal's id. */
  readonly by: string;
  /** Such as `keys.create`. */
  readonly action: string;
  /** The id of what was changed. */
  readonly target?: string;
  readonly before?: object;
  readonly after?: object;
}

export interface AuditPage {
  readonly limit: number;
  /** The last one of the page before. */
  readonly after?: { readonly at: number; readonly id: string };
}

/** The changes on record. */
export interface AuditLog {
  add(entry: AuditEntry): Promise<void>;
  /** The latest first. */
  list(page: AuditPage): Promise<readonly AuditEntry[]>;
  /** Removes what is older than this, and the oldest beyond so many. */
  trim(bounds: { readonly olderThan: number; readonly maxEntries: number }): Promise<void>;
}
