import { AppError } from "./app-error.ts";
import type { EngineModel } from "./ports/engine.ts";
import type { ModelCatalogue, ModelDescription, ResolvedModel } from "./ports/model-catalogue.ts";
import type { ModelTarget, Profile } from "./profile.ts";

/** What a configured id stands for. Without a model the id itself is the model. */
export interface ConfiguredModel {
  readonly profile: Profile;
  readonly model?: string;
}

export interface ConfiguredModelsParts {
  /** By id; an id that ends in `*` stands for all that begin alike, the longest one first. */
  readonly models: Readonly<Record<string, ConfiguredModel>>;
  /** The profile that serves the account's own models by their names. */
  readonly accountProfile: Profile | undefined;
  /** The account's models as far as they are known by now. */
  readonly accountModels: () => readonly EngineModel[];
  /** Seconds since the epoch, for `created`. */
  readonly createdAt: number;
}

const MAX_SHOWN = 20;

/** Model ids from the configuration, and the account's models as Claude Code names them. */
export class ConfiguredModels implements ModelCatalogue {
  readonly #parts: ConfiguredModelsParts;

  constructor(parts: ConfiguredModelsParts) {
    this.#parts = parts;
  }

  resolve(modelId: string): ResolvedModel {
    const target = this.#find(modelId);
    if (target) return { target };
    // `claude-code:my-conversation`: the id may not contain a colon, the conversation's name may.
    const colon = modelId.indexOf(":");
    const suffixed = colon > 0 ? this.#find(modelId.slice(0, colon)) : undefined;
    const conversationName = modelId.slice(colon + 1);
    if (suffixed && conversationName !== "") return { target: suffixed, conversationName };
    const known = this.list().map((model) => model.id);
    throw new AppError({
      kind: "model-not-found",
      message: `The model '${modelId}' does not exist or you do not have access to it. Known models: ${known.slice(0, MAX_SHOWN).join(", ")}.`,
      param: "model",
    });
  }

  list(): readonly ModelDescription[] {
    const { createdAt, models, accountProfile } = this.#parts;
    const listed = new Map<string, ModelDescription>();
    for (const [id, { profile, model }] of Object.entries(models)) {
      if (id.endsWith("*")) continue;
      listed.set(id, { id, createdAt, profile: profile.name, model: model ?? id, displayName: id });
    }
    if (!accountProfile) return [...listed.values()];
    for (const { id, resolvedId, displayName } of this.#parts.accountModels()) {
      const description = { createdAt, profile: accountProfile.name, displayName };
      for (const name of [id, resolvedId]) {
        if (name !== undefined && name !== "default" && !listed.has(name))
          listed.set(name, { ...description, id: name, model: name });
      }
    }
    return [...listed.values()];
  }

  #find(modelId: string): ModelTarget | undefined {
    const { models, accountProfile } = this.#parts;
    const exact = Object.hasOwn(models, modelId) ? models[modelId] : undefined;
    if (exact) return { modelId, profile: exact.profile, model: exact.model ?? modelId };
    const account = this.#parts
      .accountModels()
      .find(({ id, resolvedId }) => id === modelId || resolvedId === modelId);
    if (account && accountProfile && modelId !== "default") {
      return { modelId, profile: accountProfile, model: modelId };
    }
    const [pattern] = Object.keys(models)
      .filter((id) => id.endsWith("*") && modelId.startsWith(id.slice(0, -1)))
      .sort((left, right) => right.length - left.length);
    const matched = pattern === undefined ? undefined : models[pattern];
    // A suffix is a conversation's name, not a part of the model's.
    if (!matched || modelId.includes(":")) return undefined;
    return { modelId, profile: matched.profile, model: matched.model ?? modelId };
  }
}
