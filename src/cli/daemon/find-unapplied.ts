import { describeConfig } from "../../config/show/describe-config.ts";
import type { ResolvedConfig } from "../../config/resolve-config.ts";
import { SETTINGS } from "../../config/schema/config-schema.ts";
import { formatOrigin } from "../../config/sources/origin.ts";
import type { SettingBody } from "../../protocols/admin/setting-schemas.ts";
import type { FoundServer } from "./find-server.ts";

/** Where no workspace is given. */
export const CURRENT_FOLDER = "the current folder";

type Running = Extract<FoundServer, { type: "running" }>;

/**
 * What was given here – flags, variables, lines of the config file, the folder – and is otherwise with the server that runs. Of two
 * secrets it is known only as far as they are shown. Empty when the server does not tell its settings.
 */
export async function findUnapplied(
  resolved: ResolvedConfig,
  { client, status }: Pick<Running, "client" | "status">,
): Promise<readonly string[]> {
  const told = await client
    .get<{ data: readonly SettingBody[] }>("/admin/api/settings")
    .catch(() => undefined);
  const ofServer = new Map(told?.data.map(({ key, value }) => [key, value]));
  const ofThis = new Map(describeConfig(resolved).map(({ key, value }) => [key, value]));
  const port = new URL(status.url).port;
  return SETTINGS.flatMap(({ key }) => {
    const [wanted, there] = [ofThis.get(key), ofServer.get(key)];
    if (key === "dataDir" || there === undefined || wanted === there) return [];
    // It may be the one that the system has chosen.
    if (key === "server.port" && wanted === port) return [];
    const origin = resolved.originOf(key);
    if (origin.type === "default")
      return key === "workspace" ? [`${CURRENT_FOLDER} (it works in ${there})`] : [];
    return origin.type === "changed" ? [] : [formatOrigin(origin)];
  });
}
