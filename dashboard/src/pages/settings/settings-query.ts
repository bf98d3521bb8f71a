import { queryOptions } from "@tanstack/react-query";

import type { SettingBody } from "../../../../src/protocols/admin/setting-schemas.ts";
import { callApi } from "../../api/call-api.ts";

export interface SettingList {
  readonly data: readonly SettingBody[];
}

export const settingsQuery = queryOptions({
  queryKey: ["settings"],
  queryFn: ({ signal }) => callApi<SettingList>("/admin/api/settings", { signal }),
});

const TITLES: Readonly<Record<string, string>> = {
  "": "General",
  auth: "Keys",
  claude: "Claude Code",
  log: "Log",
  requestLog: "Request log",
};

/** In the order in which they come, those without a section together. */
export function bySection(settings: readonly SettingBody[]): ReadonlyMap<string, readonly SettingBody[]> {
  return Map.groupBy(settings, ({ key }) => {
    const section = key.includes(".") ? key.slice(0, key.indexOf(".")) : "";
    return TITLES[section] ?? section.charAt(0).toUpperCase() + section.slice(1);
  });
}
