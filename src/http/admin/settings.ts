import type { SettingsAdmin } from "../../core/ports/settings-admin.ts";
import { AppError } from "../../core/words/app-error.ts";
import { parseAdminBody } from "../../protocols/admin/parse-admin-body.ts";
import {
  formatSettings,
  settingChangesSchema,
  settingListSchema,
  sidesOf,
} from "../../protocols/admin/setting-schemas.ts";
import { readJsonBody } from "../body/read-json-body.ts";
import type { AdminRoute } from "./admin-route.ts";
import { MAX_ADMIN_BODY_BYTES } from "./max-admin-body.ts";
import { noteChange } from "./note-change.ts";

interface Dependencies {
  /** Absent where the server was not started from settings. */
  readonly settings?: SettingsAdmin;
}

/** Every setting with where it comes from. Some can change at once. */
export function settingRoutes({ settings }: Dependencies): readonly AdminRoute[] {
  return [
    {
      method: "get",
      path: "/admin/api/settings",
      role: "viewer",
      description: {
        summary: "Every setting with its value and where that comes from, secrets masked.",
        answer: settingListSchema,
      },
      handle: (context) => context.json(formatSettings(settings?.list() ?? [])),
    },
    {
      method: "post",
      path: "/admin/api/settings",
      role: "admin",
      description: {
        summary: "Change settings that are live, at once and for later starts; all or none.",
        body: settingChangesSchema,
        answer: settingListSchema,
      },
      handle: async (context) => {
        const body = await readJsonBody(context, MAX_ADMIN_BODY_BYTES);
        const { values } = parseAdminBody(settingChangesSchema, body);
        if (!settings)
          throw new AppError({ kind: "not-found", message: "This server's settings are fixed." });
        const changes = await settings.change(values);
        noteChange(context, { action: "settings.change", ...sidesOf(changes) });
        return context.json(formatSettings(settings.list()));
      },
    },
  ];
}
