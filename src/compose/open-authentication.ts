import type { ApiKeyNotice, ApproverKeyNotice } from "../cli/running-server.ts";
import type { Config } from "../config/config.ts";
import { type KeyName, openKeyFile } from "../config/key-file.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { Authentication } from "../http/http-options.ts";

/** The keys that open the server, made in the data folder where none are given, and what the person is to be told of them. */
export async function openAuthentication(
  config: Config,
  logger: Logger,
): Promise<{
  authentication: Authentication;
  apiKeyNotice: ApiKeyNotice;
  approverKeyNotice: ApproverKeyNotice;
}> {
  const { apiKeys, noAuth, clientsMayApprove } = config.auth;
  const approver = await openKeys(config, config.auth.approverKeys, "approver-key", logger);
  const rights = { approverKeys: approver.keys, clientsMayApprove };
  const approverKeyNotice: ApproverKeyNotice = approver.made
    ? { type: "file", file: approver.made.file }
    : { type: "configured", count: approver.keys.length };
  if (noAuth) {
    const authentication = { type: "none", ...rights } as const;
    return { authentication, apiKeyNotice: { type: "disabled" }, approverKeyNotice };
  }
  const { keys, made } = await openKeys(config, apiKeys, "api-key", logger);
  return {
    authentication: { type: "keys", keys, ...rights },
    apiKeyNotice: made ?? { type: "configured", count: keys.length },
    approverKeyNotice,
  };
}

/** The given keys, or the one in the data folder. */
async function openKeys(
  { dataDir }: Config,
  given: readonly string[],
  name: KeyName,
  logger: Logger,
): Promise<{
  readonly keys: readonly string[];
  readonly made?: Extract<ApiKeyNotice, { type: "created" | "file" }>;
}> {
  if (given.length > 0) return { keys: given };
  const { key, file, isNew, wasTooOpen } = await openKeyFile(dataDir, name);
  if (wasTooOpen) logger.error("auth.key-file-was-open", { file, remedy: "delete it for a new key" });
  return { keys: [key], made: isNew ? { type: "created", key, file } : { type: "file", file } };
}
