import { formatKey, formatKeyList, formatNewKey } from "../../protocols/admin/format-key.ts";
import {
  keyChangesSchema,
  keyListSchema,
  keySchema,
  keyWithSecretSchema,
  newKeySchema,
  rotationSchema,
} from "../../protocols/admin/key-schemas.ts";
import { parseKeyChanges, parseNewKey, parseRotation } from "../../protocols/admin/parse-key.ts";
import type { KeyAdmin } from "../../service/access/key-admin.ts";
import { idOf } from "../id-of.ts";
import type { AppContext } from "../app-env.ts";
import { readJsonBody } from "../body/read-json-body.ts";
import { requireIdentity } from "../require-principal.ts";
import type { AdminRoute } from "./admin-route.ts";
import { MAX_ADMIN_BODY_BYTES } from "./max-admin-body.ts";
import { noteChange } from "./note-change.ts";

interface Dependencies {
  readonly keys: KeyAdmin;
  readonly clock: () => number;
}

/** API keys: made, changed and revoked while the server runs. A secret is told where it was made, and never again. */
export function keyRoutes({ keys, clock }: Dependencies): readonly AdminRoute[] {
  return [
    {
      method: "get",
      path: "/admin/api/keys",
      role: "viewer",
      description: { summary: "All API keys, the oldest first.", answer: keyListSchema },
      handle: async (context) => context.json(formatKeyList(await keys.list(), clock())),
    },
    {
      method: "post",
      path: "/admin/api/keys",
      role: "admin",
      description: {
        summary: "Make a key. Its secret is told this once.",
        body: newKeySchema,
        answer: keyWithSecretSchema,
        status: 201,
      },
      handle: async (context) => {
        const created = await keys.create(parseNewKey(await readBody(context)), requireIdentity(context));
        noteChange(context, { target: created.key.id, after: formatKey(created.key, clock()) });
        return tellSecret(context, formatNewKey(created, clock()), 201);
      },
    },
    {
      method: "get",
      path: "/admin/api/keys/:id",
      role: "viewer",
      description: { summary: "One key.", answer: keySchema },
      handle: async (context) => context.json(formatKey(await keys.find(idOf(context)), clock())),
    },
    {
      method: "post",
      path: "/admin/api/keys/:id",
      role: "admin",
      description: {
        summary: "Change a key: what is absent stays, null takes a bound or a limit away.",
        body: keyChangesSchema,
        answer: keySchema,
      },
      handle: async (context) => {
        const change = parseKeyChanges(await readBody(context));
        const before = formatKey(await keys.find(idOf(context)), clock());
        const key = await keys.set(idOf(context), change, requireIdentity(context));
        noteChange(context, { before, after: formatKey(key, clock()) });
        return context.json(formatKey(key, clock()));
      },
    },
    {
      method: "post",
      path: "/admin/api/keys/:id/rotate",
      role: "admin",
      description: {
        summary: "Give a key another secret, told this once.",
        body: rotationSchema,
        answer: keyWithSecretSchema,
      },
      handle: async (context) => {
        const graceMs = parseRotation(await readBody(context));
        const rotated = await keys.rotate(idOf(context), graceMs, requireIdentity(context));
        return tellSecret(context, formatNewKey(rotated, clock()), 200);
      },
    },
    {
      method: "post",
      path: "/admin/api/keys/:id/revoke",
      role: "admin",
      description: { summary: "End a key, for good.", answer: keySchema },
      handle: async (context) => {
        const before = formatKey(await keys.find(idOf(context)), clock());
        const after = formatKey(await keys.revoke(idOf(context), requireIdentity(context)), clock());
        noteChange(context, { before, after });
        return context.json(after);
      },
    },
  ];
}

function readBody(context: AppContext): Promise<unknown> {
  return readJsonBody(context, MAX_ADMIN_BODY_BYTES);
}

function tellSecret(context: AppContext, body: object, status: 200 | 201): Response {
  context.header("Cache-Control", "no-store");
  return context.json(body, status);
}
