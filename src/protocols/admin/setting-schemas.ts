import * as z from "zod";

import type { SettingChange, SettingView } from "../../core/ports/settings-admin.ts";

export const settingSchema = z.object({
  key: z.string(),
  about: z.string(),
  flag: z.string(),
  variable: z.string(),
  /** As for the flag; of a secret only enough to recognise it. */
  value: z.string(),
  default: z.string().nullable(),
  origin: z.object({
    type: z.enum(["flag", "environment", "file", "changed", "default"]),
    text: z.string(),
  }),
  is_secret: z.boolean(),
  /** False: a change counts from the next start. */
  is_live: z.boolean(),
  choices: z.array(z.string()).nullable(),
});

export const settingListSchema = z.object({ object: z.literal("list"), data: z.array(settingSchema) });

/** Values as for flags; null takes a change back. */
export const settingChangesSchema = z.strictObject({
  values: z.record(z.string().max(128), z.string().max(1_000).nullable()),
});

export type SettingBody = z.output<typeof settingSchema>;

export function formatSettings(settings: readonly SettingView[]): z.output<typeof settingListSchema> {
  return {
    object: "list",
    data: settings.map((setting) => ({
      key: setting.key,
      about: setting.about,
      flag: setting.flag,
      variable: setting.variable,
      value: setting.value,
      default: setting.default ?? null,
      origin: setting.origin,
      is_secret: setting.isSecret,
      is_live: setting.isLive,
      choices: setting.choices ? [...setting.choices] : null,
    })),
  };
}

/** For the audit log. */
export function sidesOf(changes: readonly SettingChange[]): {
  readonly before: object;
  readonly after: object;
} {
  return {
    before: Object.fromEntries(changes.map(({ key, before }) => [key, before])),
    after: Object.fromEntries(changes.map(({ key, after }) => [key, after])),
  };
}
