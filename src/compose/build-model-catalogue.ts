import type { Config } from "../config/config.ts";
import type { Accounts } from "../core/watches/accounts.ts";
import { ConfiguredModels } from "../core/models/configured-models.ts";
import type { Engines } from "../core/ports/engines.ts";
import type { FolderTrust } from "../core/ports/folder-trust.ts";
import { usableSources } from "../core/turn/process-kind.ts";

/** The configured models, and the account's models as far as they are known. */
export function buildModelCatalogue(
  config: Config,
  accounts: Accounts,
  engines: Engines,
  trust: FolderTrust,
  startedAt: number,
): ConfiguredModels {
  const models = Object.entries(config.models).flatMap(([id, { profile: name, model }]) => {
    const profile = config.profiles[name];
    return profile ? [[id, { profile, ...(model === undefined ? {} : { model }) }] as const] : [];
  });
  const accountProfile = config.profiles["chat"];
  return new ConfiguredModels({
    models: Object.fromEntries(models),
    accountProfile,
    accountModels: () => {
      if (!accountProfile) return [];
      const { state } = accounts.of(accountProfile);
      return state.type === "ready" || state.type === "not-logged-in" ? state.account.models : [];
    },
    resolveModel: (model, { engine, environment, settingSources, workspace }) =>
      engines.of({ engine }).resolveModel(model, {
        environment,
        settingSources: usableSources(settingSources, trust.isTrusted(workspace)),
      }),
    capabilitiesOf: (profile) => engines.of(profile).capabilities,
    createdAt: Math.floor(startedAt / 1000),
  });
}
