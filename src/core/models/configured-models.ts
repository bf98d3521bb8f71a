import { AppError } from "../words/app-error.ts";
import { isModelTag } from "./is-model-tag.ts";
import type { EngineCapabilities, EngineModel } from "../ports/engine.ts";
import type { ModelCatalogue, ModelDescription, ResolvedModel } from "../ports/model-catalogue.ts";
import type { ModelTarget, Profile } from "../words/profile.ts";

/** What a configured id stands for. Without a model, the id itself is the model. */
interface ServedModel {
  readonly profile: Profile;
  readonly model?: string;
}

export interface ConfiguredModelsParts {
  /** Keyed by id; an id that ends in `*` matches every id with that prefix, the longest prefix first. */
  readonly models: Readonly<Record<string, ServedModel>>;
  /** The profile that serves the account's own models under their names. */
  readonly accountProfile: Profile | undefined;
  /** The account's models, as far as they are known by now. */
  readonly accountModels: () => readonly EngineModel[];
  /** The full id of the model that a name stands for in processes of this profile, or the name itself; see `Engine`. */
  readonly resolveModel?: (model: string, profile: Profile) => string;
  /** What the engine of this profile can do. */
  readonly capabilitiesOf?: (profile: Profile) => EngineCapabilities;
  /** Seconds since the epoch, for `created`. */
  readonly createdAt: number;
}

const MAX_SHOWN = 20;
/** With the name of a conversation behind it; looking for a long one takes time that grows with the square of its length. */
const MAX_ID_LENGTH = 512;
const MAX_SHOWN_LENGTH = 64;
/** Claude Code accepts these names with every account, even before the account's models are known. */
const ALIASES: ReadonlySet<string> = new Set(["default", "sonnet", "opus", "haiku"]);
/**
 * A full id as the API names its models, of any version and optionally with a longer context. Names that begin with
 * `claude-code` are ours.
 */
const FULL_ID = /^claude-(?!code)[a-z0-9][a-z0-9.@-]*(\[1m\])?$/;
/** Claude Code's suffix for the longer context window. */
const LONG_CONTEXT = "[1m]";

/**
 * Model ids from the configuration, the account's models under Claude Code's names, and combinations of both:
 * `claude-code/opus` is what is configured as `claude-code`, with the model `opus`.
 */
export class ConfiguredModels implements ModelCatalogue {
  readonly #parts: ConfiguredModelsParts;

  constructor(parts: ConfiguredModelsParts) {
    this.#parts = parts;
  }

  resolve(modelId: string): ResolvedModel {
    if (modelId.length > MAX_ID_LENGTH) throw this.#unknown(`${modelId.slice(0, MAX_SHOWN_LENGTH)}…`);
    const target = this.#find(modelId);
    if (target) return { target: this.#resolved(target) };
    // `claude-code:my-conversation`: the id may not contain a colon, the conversation's name may.
    const colon = modelId.indexOf(":");
    const suffixed = colon > 0 ? this.#find(modelId.slice(0, colon)) : undefined;
    const suffix = modelId.slice(colon + 1);
    if (suffixed && suffix !== "") {
      const isTag = suffix.split(":").every(isModelTag);
      return {
        target: this.#resolved(suffixed),
        ...(isTag ? { tag: suffix } : { conversationName: suffix }),
      };
    }
    throw this.#unknown(modelId);
  }

  #unknown(modelId: string): AppError {
    const known = this.list().map((model) => model.id);
    return new AppError({
      kind: "model-not-found",
      message: `The model '${modelId}' does not exist or you do not have access to it. Known models: ${known.slice(0, MAX_SHOWN).join(", ")}.`,
      param: "model",
    });
  }

  /**
   * The configured ids, then the account's models, and last each agent combined with the aliases of the account's models. An
   * agent is the first id of each profile that has tools.
   */
  list(): readonly ModelDescription[] {
    const { createdAt, models, accountProfile, capabilitiesOf } = this.#parts;
    const listed = new Map<string, ModelDescription>();
    const add = (model: Omit<ModelDescription, "createdAt">) => {
      if (listed.has(model.id)) return;
      const capabilities = capabilitiesOf?.(model.profile);
      listed.set(model.id, { ...this.#resolved(model), createdAt, ...(capabilities && { capabilities }) });
    };
    for (const [id, { profile, model }] of Object.entries(models)) {
      if (!id.endsWith("*")) add({ id, profile, model: model ?? id, displayName: id });
    }
    const accountModels = this.#parts.accountModels();
    for (const { id, resolvedId, displayName } of accountModels) {
      for (const name of [id, resolvedId]) {
        if (!accountProfile || name === undefined || name === "default") continue;
        add({ id: name, profile: accountProfile, model: name, displayName });
      }
    }
    const aliases = accountModels.filter(({ id }) => id !== "default" && !FULL_ID.test(id));
    for (const [agentId, profile] of this.#agents()) {
      for (const { id, displayName } of aliases) {
        const own = { id: `${agentId}/${id}`, displayName: `${agentId} with ${displayName}` };
        add({ ...own, profile, model: id, variantOf: agentId });
      }
    }
    return [...listed.values()];
  }

  /** Adds the model that answers. */
  #resolved<Named extends Pick<ModelTarget, "model" | "profile">>(named: Named): Named {
    const resolvedModel = this.#parts.resolveModel?.(named.model, named.profile) ?? named.model;
    return resolvedModel === named.model ? named : { ...named, resolvedModel };
  }

  /** The first id of each profile with Claude Code's own tools. */
  #agents(): ReadonlyMap<string, Profile> {
    const agents = new Map<string, Profile>();
    const seen = new Set<string>();
    for (const [id, { profile }] of Object.entries(this.#parts.models)) {
      if (id.endsWith("*") || profile.builtinTools === "off" || seen.has(profile.name)) continue;
      seen.add(profile.name);
      agents.set(id, profile);
    }
    return agents;
  }

  #find(modelId: string): ModelTarget | undefined {
    const { models, accountProfile } = this.#parts;
    const exact = Object.hasOwn(models, modelId) ? models[modelId] : undefined;
    if (exact) return { modelId, profile: exact.profile, model: exact.model ?? modelId };
    const variant = this.#findVariant(modelId);
    if (variant) return variant;
    const account = this.#parts
      .accountModels()
      .find(({ id, resolvedId }) => id === modelId || resolvedId === modelId);
    if (account && accountProfile && modelId !== "default") {
      return { modelId, profile: accountProfile, model: modelId };
    }
    // `claude-*` does not match `claude-code/…`; only a pattern that extends beyond the slash does.
    const configuredPart = this.#configuredParts(modelId)[0] ?? "";
    const [pattern] = Object.keys(models)
      .filter((id) => id.endsWith("*") && modelId.startsWith(id.slice(0, -1)))
      .filter((id) => configuredPart === "" || id.length > configuredPart.length + 1)
      .sort((left, right) => right.length - left.length);
    const matched = pattern === undefined ? undefined : models[pattern];
    // A suffix is a conversation's name, not a part of the model's.
    if (modelId.includes(":")) return undefined;
    if (matched) return { modelId, profile: matched.profile, model: matched.model ?? modelId };
    // Clients of Claude's API may name any of its models; the API decides which exist.
    if (accountProfile && FULL_ID.test(modelId)) return { modelId, profile: accountProfile, model: modelId };
    return this.#findLongContext(modelId);
  }

  /** `sonnet[1m]` is the same as `sonnet`, with the longer context. */
  #findLongContext(modelId: string): ModelTarget | undefined {
    if (!modelId.endsWith(LONG_CONTEXT)) return undefined;
    const target = this.#find(modelId.slice(0, -LONG_CONTEXT.length));
    if (!target || target.model === "default" || target.model.endsWith(LONG_CONTEXT)) return undefined;
    return { ...target, modelId, model: `${target.model}${LONG_CONTEXT}` };
  }

  /** `<configured id>/<model>`. */
  #findVariant(modelId: string): ModelTarget | undefined {
    for (const id of this.#configuredParts(modelId)) {
      const model = modelId.slice(id.length + 1);
      const found = this.#parts.models[id];
      if (found && this.#isModel(model)) return { modelId, profile: found.profile, model };
    }
    return undefined;
  }

  /** The prefixes before a slash that are configured ids, the longest first. */
  #configuredParts(modelId: string): readonly string[] {
    const { models } = this.#parts;
    const parts: string[] = [];
    for (let slash = modelId.lastIndexOf("/"); slash > 0; slash = modelId.lastIndexOf("/", slash - 1)) {
      const id = modelId.slice(0, slash);
      if (Object.hasOwn(models, id) && !id.endsWith("*")) parts.push(id);
    }
    return parts;
  }

  /** Whether Claude Code accepts this name. */
  #isModel(name: string): boolean {
    const isOfAccount = this.#parts
      .accountModels()
      .some(({ id, resolvedId }) => id === name || resolvedId === name);
    return isOfAccount || ALIASES.has(name) || FULL_ID.test(name);
  }
}
