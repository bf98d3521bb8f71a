import { statSync } from "node:fs";

import { describeConfig } from "../../config/show/describe-config.ts";
import type { ResolvedConfig } from "../../config/resolve-config.ts";
import { SETTINGS } from "../../config/schema/config-schema.ts";
import { formatOrigin } from "../../config/sources/origin.ts";
import { settingListSchema } from "../../protocols/admin/setting-schemas.ts";
import type { FoundServer } from "./find-server.ts";

/** What a start with these settings would have made otherwise. */
export interface Unapplied {
  /** Flags, variables, lines of the config file. */
  readonly given: readonly string[];
  /** The server's folder, where it is another one than this and none was given. */
  readonly worksIn?: string;
}

type Running = Extract<FoundServer, { type: "running" }>;

/**
 * What was given here and is otherwise with the server that runs. Of two secrets it is known only as far as they are shown. Nothing
 * when the server does not tell its settings. Profiles, models and MCP servers it does not tell: that they may differ shows in
 * the time of the config file.
 */
export async function findUnapplied(
  resolved: ResolvedConfig,
  { client, status }: Pick<Running, "client" | "status">,
): Promise<Unapplied> {
  const answer = await client.get<unknown>("/admin/api/settings").catch(() => undefined);
  const told = settingListSchema.safeParse(answer);
  const ofServer = new Map(told.data?.data.map(({ key, value }) => [key, value]));
  const ofThis = new Map(describeConfig(resolved).map(({ key, value }) => [key, value]));
  const port = new URL(status.url).port;
  const differing = SETTINGS.flatMap(({ key }) => {
    const [wanted, there] = [ofThis.get(key), ofServer.get(key)];
    // The port may be the one that the system has chosen.
    const isSame = wanted === there || (key === "server.port" && wanted === port);
    if (key === "dataDir" || there === undefined || isSame) return [];
    return [{ key, there, origin: resolved.originOf(key) }];
  });
  const folder = differing.find(({ key, origin }) => key === "workspace" && origin.type === "default");
  const { configFile } = resolved;
  const isNamed = differing.some(({ origin }) => origin.type === "file");
  const isChanged = configFile !== undefined && !isNamed && changedAt(configFile) > status.started_at;
  return {
    given: [
      ...differing.flatMap(({ origin }) =>
        origin.type === "default" || origin.type === "changed" ? [] : [formatOrigin(origin)],
      ),
      ...(isChanged ? [`what is new in ${configFile}`] : []),
    ],
    ...(folder && { worksIn: folder.there }),
  };
}

/** In milliseconds since 1970; 0 when it has gone. */
function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
