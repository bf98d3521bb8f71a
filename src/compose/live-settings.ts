import {
  type ChangedSettings,
  readChangedSettings,
  writeChangedSettings,
} from "../config/changed/changed-settings.ts";
import type { Config } from "../config/config.ts";
import { ConfigError } from "../config/config-error.ts";
import type { ResolvedConfig } from "../config/resolve-config.ts";
import { SETTINGS } from "../config/schema/config-schema.ts";
import { describeConfig } from "../config/show/describe-config.ts";
import { formatOrigin } from "../config/sources/origin.ts";
import { LOG_LEVELS } from "../core/ports/logger.ts";
import type { SettingChange, SettingsAdmin, SettingView } from "../core/ports/settings-admin.ts";
import { AppError } from "../core/words/app-error.ts";

const YES_OR_NO = ["true", "false"];

/** What can change while the server runs, with the values that it may have where these are few. */
const LIVE: Readonly<Record<string, { readonly choices?: readonly string[] }>> = {
  "turns.maxTurnsAtOnce": {},
  "turns.queue": {},
  "sessions.maxSessions": {},
  "sessions.maxSpares": {},
  "sessions.idleTimeout": {},
  "sessions.maxMemory": {},
  "approvals.timeout": {},
  "requestLog.content": { choices: YES_OR_NO },
  "requestLog.maxAge": {},
  "requestLog.maxRequests": {},
  "log.level": { choices: LOG_LEVELS },
};

/** The settings of a running server. */
export class LiveSettings implements SettingsAdmin {
  readonly #dataDir: string;
  readonly #apply: (config: Config) => void;
  #resolved: ResolvedConfig;
  #changed: ChangedSettings;
  /** One change at a time: the next one begins with what the one before has written. */
  #changing: Promise<unknown> = Promise.resolve();

  /** `apply`: makes of the server what the settings say, as far as they are live. */
  constructor(resolved: ResolvedConfig, apply: (config: Config) => void) {
    this.#resolved = resolved;
    this.#dataDir = this.#resolved.config.dataDir;
    this.#changed = readChangedSettings(this.#dataDir);
    this.#apply = apply;
  }

  list(): readonly SettingView[] {
    const shown = this.#values();
    const { originOf } = this.#resolved;
    return SETTINGS.map((setting): SettingView => {
      const origin = originOf(setting.key);
      const live = LIVE[setting.key];
      return {
        key: setting.key,
        about: setting.about,
        flag: setting.flagName,
        variable: setting.environmentNames[0],
        value: shown.get(setting.key) ?? "",
        ...(setting.default !== undefined && { default: setting.default }),
        origin: { type: origin.type, text: formatOrigin(origin) },
        isSecret: setting.isSecret ?? false,
        isLive: live !== undefined,
        ...(live?.choices && { choices: live.choices }),
      };
    });
  }

  change(values: Readonly<Record<string, string | null>>): Promise<readonly SettingChange[]> {
    const changing = this.#changing.then(() => this.#change(values));
    this.#changing = changing.catch(() => {});
    return changing;
  }

  async #change(values: Readonly<Record<string, string | null>>): Promise<readonly SettingChange[]> {
    for (const key of Object.keys(values)) requireLive(key);
    const changed = this.#with(values);
    const resolved = this.#resolve(changed);
    await writeChangedSettings(this.#dataDir, changed);
    const before = this.#values();
    this.#resolved = resolved;
    this.#changed = changed;
    const after = this.#values();
    this.#apply(resolved.config);
    return Object.keys(values).map((key) => ({
      key,
      before: before.get(key) ?? "",
      after: after.get(key) ?? "",
    }));
  }

  #with(values: Readonly<Record<string, string | null>>): ChangedSettings {
    const kept = Object.entries(this.#changed).filter(([key]) => !(key in values));
    const added = Object.entries(values).flatMap(([key, value]) =>
      value === null ? [] : [[key, { value, instead: this.#resolved.givenElsewhere(key) ?? null }] as const],
    );
    return Object.fromEntries([...kept, ...added]);
  }

  #resolve(changed: ChangedSettings): ResolvedConfig {
    try {
      return this.#resolved.withChanged(changed);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      // Who changes it knows where it comes from.
      const problems = error.problems.map((problem) =>
        problem.replace(`${formatOrigin({ type: "changed" })}: `, ""),
      );
      const param = Object.keys(changed).find((key) => problems[0]?.startsWith(`${key}: `));
      const message = problems.join(" ");
      throw new AppError({ kind: "invalid-request", message, ...(param !== undefined && { param }) });
    }
  }

  #values(): ReadonlyMap<string, string> {
    return new Map(describeConfig(this.#resolved).map(({ key, value }) => [key, value]));
  }
}

function requireLive(key: string): void {
  if (key in LIVE) return;
  const isKnown = SETTINGS.some((setting) => setting.key === key);
  throw new AppError({
    kind: "invalid-request",
    message: isKnown
      ? `${key} counts from the next start: change it in config.yaml, or with its flag or variable.`
      : `There is no setting '${key.slice(0, 64)}'.`,
    param: key.slice(0, 64),
  });
}
