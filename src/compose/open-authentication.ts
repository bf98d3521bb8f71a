import type { ApiKeyNotice, ApproverKeyNotice } from "../cli/running-server.ts";
import type { Config } from "../config/config.ts";
import { type KeyFile, type KeyName, openKeyFile } from "../config/data-folder/key-file.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { KeyStore } from "../core/ports/key-store.ts";
import { configuredKeys } from "../service/access/configured-keys.ts";

/**
 * The keys that clients and approvers need, created in the data folder where none are configured, and what to tell the person
 * about them.
 */
export async function openAuthentication(
  config: Config,
  logger: Logger,
): Promise<{
  keys: KeyStore;
  apiKeyNotice: ApiKeyNotice;
  approverKeyNotice: ApproverKeyNotice;
}> {
  const { apiKeys, noAuth, clientsMayApprove, approverKeys } = config.auth;
  const approver = approverKeys.length > 0 ? undefined : await openKey(config, "approver-key", logger);
  const rights = {
    clientsMayApprove,
    ...(approver ? { approverKeyHashes: [approver.sha256] } : { approverKeys }),
  };
  const approverKeyNotice = approver ? noticeOf(approver) : configured(approverKeys);
  if (noAuth) {
    const keys = configuredKeys({ type: "none", ...rights });
    return { keys, apiKeyNotice: { type: "disabled" }, approverKeyNotice };
  }
  const own = apiKeys.length > 0 ? undefined : await openKey(config, "api-key", logger);
  return {
    keys: configuredKeys({ type: "keys", keys: own?.key === undefined ? apiKeys : [own.key], ...rights }),
    apiKeyNotice: own ? noticeOf(own) : configured(apiKeys),
    approverKeyNotice,
  };
}

async function openKey({ dataDir }: Config, name: KeyName, logger: Logger): Promise<KeyFile> {
  const opened = await openKeyFile(dataDir, name);
  const { file, wasTooOpen } = opened;
  if (wasTooOpen) logger.error("auth.key-file-was-open", { file, remedy: "delete it for a new key" });
  return opened;
}

function noticeOf({ key, file, isNew }: KeyFile) {
  return isNew && key !== undefined
    ? ({ type: "created", key, file } as const)
    : ({ type: "file", file } as const);
}

function configured(keys: readonly string[]) {
  return { type: "configured", count: keys.length } as const;
}
