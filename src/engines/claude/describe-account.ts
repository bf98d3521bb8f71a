import type { EngineAccount, EngineModel } from "../../core/ports/engine.ts";
import type { StartReport } from "./claude-messages.ts";

/** The account in neutral words, from what a process tells when it has started. */
export function describeAccount({ account, models }: Pick<StartReport, "account" | "models">): EngineAccount {
  const tokenSource = account.tokenSource === "none" ? undefined : account.tokenSource;
  const source = account.apiKeySource ?? tokenSource ?? providerName(account.apiProvider);
  return { isLoggedIn: source !== undefined, source: source ?? "none", models: models.map(describeModel) };
}

function describeModel({ value, displayName, resolvedModel }: StartReport["models"][number]): EngineModel {
  const described = { id: value, displayName };
  return resolvedModel === undefined ? described : { ...described, resolvedId: resolvedModel };
}

function providerName(provider: string | undefined): string | undefined {
  return provider === undefined || provider === "firstParty" ? undefined : provider;
}
