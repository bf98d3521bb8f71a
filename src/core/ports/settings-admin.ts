/** A setting as it counts now; of a secret there is only enough to recognise it. */
export interface SettingView {
  /** Its path in the file: `turns.queue`. */
  readonly key: string;
  readonly about: string;
  readonly flag: string;
  readonly variable: string;
  readonly value: string;
  readonly default?: string;
  readonly origin: {
    readonly type: "flag" | "environment" | "file" | "changed" | "default";
    /** The flag, the variable, or the file and the key. */
    readonly text: string;
  };
  readonly isSecret: boolean;
  /** Whether it can be changed while the server runs; all others count from the next start. */
  readonly isLive: boolean;
  /** What it may be, if that is a short list. */
  readonly choices?: readonly string[];
}

export interface SettingChange {
  readonly key: string;
  readonly before: string;
  readonly after: string;
}

/** The server's settings. */
export interface SettingsAdmin {
  list(): readonly SettingView[];
  /**
   * Changes settings at once and for later starts. Values as for a flag; null takes a change back. All or none.
   * @throws AppError `invalid-request`
   */
  change(values: Readonly<Record<string, string | null>>): Promise<readonly SettingChange[]>;
}
