import type { Config } from "../config/config.ts";
import type { AccountWatch } from "../core/models/account-watch.ts";
import { ConfiguredModels } from "../core/models/configured-models.ts";
import type { Engine } from "../core/ports/engine.ts";
import type { FolderTrust } from "../core/ports/folder-trust.ts";
import { usableSources } from "../core/turn/process-kind.ts";

/** The models of the configuration, and those of the account as far as they are known. */
export function buildModelCatalogue(
  config: Config,
  account: AccountWatch,
  engine: Pick<Engine, "resolveModel">,
  trust: FolderTrust,
  startedAt: number,
): ConfiguredModels {
  const models = Object.entries(config.models).flatMap(([id, { profile: name, model }]) => {
    const profile = config.profiles[name];
    return profile ? [[id, { profile, ...(model === undefined ? {} : { model }) }] as const] : [];
  });
  return new ConfiguredModels({
    models: Object.fromEntries(models),
    accountProfile: config.profiles["chat"],
    accountModels: () => {
      const { state } = account;
      return state.type === "ready" || state.type === "not-logged-in" ? state.account.models : [];
    },
    resolveModel: (model, { environment, settingSources, workspace }) =>
      engine.resolveModel(model, {
        environment,
        settingSources: usableSources(settingSources, trust.isTrusted(workspace)),
      }),
    createdAt: Math.floor(startedAt / 1000),
  });
}
