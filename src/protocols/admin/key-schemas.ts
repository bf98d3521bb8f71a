import * as z from "zod";

import { APPROVAL_RIGHTS, KEY_ROLES } from "../../core/words/api-key.ts";
import { PERMISSION_MODES } from "../../core/words/permission-mode.ts";
import { visibleName } from "./visible-name.ts";

const names = z.array(z.string().trim().min(1).max(256)).max(256);
const count = z.int().min(1).max(1_000_000_000_000);
const dollars = z.number().positive().max(1_000_000_000);
/** Milliseconds since the epoch, up to the end of the year 9999. */
const moment = z.int().min(0).max(253_402_300_799_999);

const settings = z.strictObject({
  name: visibleName(128),
  role: z.enum(KEY_ROLES).optional(),
  /** Null: what the server's settings give to clients. */
  approve: z.enum(APPROVAL_RIGHTS).nullable().optional(),
  models: names.nullable().optional(),
  profiles: names.nullable().optional(),
  workspaces: names.nullable().optional(),
  permission_modes: z.array(z.enum(PERMISSION_MODES)).max(16).nullable().optional(),
  limits: z
    .strictObject({
      requests_per_minute: count.nullable().optional(),
      tokens_per_minute: count.nullable().optional(),
      tokens_per_day: count.nullable().optional(),
      turns_at_once: count.nullable().optional(),
      cost_per_day_usd: dollars.nullable().optional(),
      cost_per_month_usd: dollars.nullable().optional(),
    })
    .optional(),
  log_content: z.boolean().optional(),
  /** Null: never. */
  expires_at: moment.nullable().optional(),
});

/** What a new key is made of. */
export const newKeySchema = settings;

/** What is to change of a key: what is absent stays, null takes a bound or a limit away. */
export const keyChangesSchema = settings.partial();

export const rotationSchema = z.strictObject({
  /** How long the secrets that it has now stay valid; default 0. */
  grace_seconds: z
    .number()
    .min(0)
    .max(366 * 24 * 60 * 60)
    .optional(),
});

type LimitName = keyof NonNullable<z.output<typeof settings>["limits"]>;

/** A key as it is told. Times are milliseconds since the epoch. */
export const keySchema = z.object({
  id: z.string(),
  object: z.literal("api_key"),
  name: z.string(),
  /** The first characters of its secret. */
  prefix: z.string(),
  status: z.enum(["active", "expired", "revoked"]),
  role: z.enum(KEY_ROLES),
  approve: z.enum(APPROVAL_RIGHTS).nullable(),
  models: z.array(z.string()).nullable(),
  profiles: z.array(z.string()).nullable(),
  workspaces: z.array(z.string()).nullable(),
  permission_modes: z.array(z.enum(PERMISSION_MODES)).nullable(),
  limits: z.object({
    requests_per_minute: z.number().nullable(),
    tokens_per_minute: z.number().nullable(),
    tokens_per_day: z.number().nullable(),
    turns_at_once: z.number().nullable(),
    cost_per_day_usd: z.number().nullable(),
    cost_per_month_usd: z.number().nullable(),
  } satisfies Readonly<Record<LimitName, z.ZodType>>),
  log_content: z.boolean(),
  created_at: z.number(),
  expires_at: z.number().nullable(),
  revoked_at: z.number().nullable(),
});

/** The only answers that hold a secret: where it was made. */
export const keyWithSecretSchema = keySchema.extend({ key: z.string() });

export const keyListSchema = z.object({ object: z.literal("list"), data: z.array(keySchema) });

export type KeySettingsBody = z.output<typeof keyChangesSchema>;
export type KeyBody = z.output<typeof keySchema>;
export type KeyWithSecretBody = z.output<typeof keyWithSecretSchema>;
export type KeyListBody = z.output<typeof keyListSchema>;
