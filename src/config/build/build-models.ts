import type { ModelSetting } from "../schema/model-schema.ts";
import type { ProfileSetting } from "../schema/profile-schema.ts";
import { BUILT_IN_PROFILES } from "./built-in-profiles.ts";
import type { ConfiguredModel } from "../config.ts";

const BUILT_IN_MODELS: Readonly<Record<string, ConfiguredModel>> = {
  "claude-code": { profile: "default" },
  sonnet: { profile: "chat", model: "sonnet" },
  opus: { profile: "chat", model: "opus" },
  haiku: { profile: "chat", model: "haiku" },
};

/** Visible characters, without the colon that separates a conversation's name; a star only at the end. */
const MODEL_ID = /^(?:[^\s:*]+\*?|\*)$/;

interface ModelSources {
  readonly given: Readonly<Record<string, ModelSetting>>;
  /** As the file gives them. */
  readonly profiles: Readonly<Record<string, Pick<ProfileSetting, "model">>>;
  /** The model that `claude-code` and the profiles' ids pass to Claude Code, unless the file gives them another. */
  readonly defaultModel: string;
}

/** What each model id means, with aliases resolved. Problems are passed to `report` with the id they belong to. */
export function buildModels(
  { given, profiles, defaultModel }: ModelSources,
  report: (modelId: string, problem: string) => void,
): Readonly<Record<string, ConfiguredModel>> {
  const profileNames = [...new Set([...Object.keys(BUILT_IN_PROFILES), ...Object.keys(profiles)])];
  const settings = new Map<string, ModelSetting>([
    ...Object.entries(BUILT_IN_MODELS),
    ...ownIds(profiles),
    ...Object.entries(given),
  ]);
  const models: [string, ConfiguredModel][] = [];
  for (const modelId of settings.keys()) {
    const model = MODEL_ID.test(modelId)
      ? resolveModel(modelId, settings, (id, profile) => modelBehind(id, profile, { profiles, defaultModel }))
      : "is not a usable model id: no spaces and no colon, and a * only at its end";
    if (typeof model === "string") report(modelId, model);
    else if (profileNames.includes(model.profile)) models.push([modelId, model]);
    else report(modelId, `there is no profile "${model.profile}". Name one of ${profileNames.join(", ")}`);
  }
  return Object.fromEntries(models);
}

/** Each profile that the file adds is a model id too, unless that id is already taken. */
function ownIds(profiles: ModelSources["profiles"]): readonly [string, ModelSetting][] {
  return Object.keys(profiles).flatMap((profile): [string, ModelSetting][] =>
    Object.hasOwn(BUILT_IN_PROFILES, profile) || Object.hasOwn(BUILT_IN_MODELS, profile)
      ? []
      : [[profile, { profile }]],
  );
}

/** The model for an id that names a profile but no model. */
function modelBehind(
  modelId: string,
  profile: string,
  { profiles, defaultModel }: Pick<ModelSources, "profiles" | "defaultModel">,
): string {
  const own = Object.hasOwn(profiles, profile) ? profiles[profile]?.model : undefined;
  if (own !== undefined) return own;
  return modelId === "claude-code" || modelId === profile ? defaultModel : modelId;
}

/** Returns the model, or what is wrong. */
function resolveModel(
  modelId: string,
  settings: ReadonlyMap<string, ModelSetting>,
  modelOf: (modelId: string, profile: string) => string,
): ConfiguredModel | string {
  const path = [modelId];
  let wanted = modelId;
  for (;;) {
    const found = findSetting(wanted, settings);
    if (!found) {
      return `there is no model id "${wanted}" in the config. Name one of ${[...settings.keys()].join(", ")}, or write {profile: chat, model: ${wanted}}`;
    }
    if (typeof found !== "string") return complete(found, wanted, modelOf);
    if (found.endsWith("*")) return `stands for "${found}", which is no single model. Name one model id`;
    if (path.includes(found)) return `stands for itself (${[...path, found].join(" → ")})`;
    path.push(found);
    wanted = found;
  }
}

function complete(
  model: Exclude<ModelSetting, string>,
  modelId: string,
  modelOf: (modelId: string, profile: string) => string,
): ConfiguredModel {
  const { profile } = model;
  if (model.model !== undefined) return { profile, model: model.model };
  if (modelId.endsWith("*")) return { profile };
  return { profile, model: modelOf(modelId, profile) };
}

/** The exact id, otherwise the longest matching wildcard. */
function findSetting(modelId: string, settings: ReadonlyMap<string, ModelSetting>): ModelSetting | undefined {
  const exact = settings.get(modelId);
  if (exact !== undefined) return exact;
  const [longest] = [...settings.keys()]
    .filter((id) => id.endsWith("*") && modelId.startsWith(id.slice(0, -1)))
    .sort((left, right) => right.length - left.length);
  return longest === undefined ? undefined : settings.get(longest);
}
