import { isInside } from "../../lib/is-inside.ts";
import { AppError } from "../words/app-error.ts";
import type { KeyBounds } from "../words/api-key.ts";
import type { ModelTarget, Profile } from "../words/profile.ts";
import { quote } from "./refuse-setting.ts";
import { CAREFUL_MODES, type RequestedIn } from "./request-policy.ts";

type NamedModel = { readonly modelId: string; readonly profile: Pick<Profile, "name"> };

/** Whether turns of this key may use a model id. */
export function isModelOfKey({ models, profiles }: KeyBounds, { modelId, profile }: NamedModel): boolean {
  const isListed = models === undefined || models.some((pattern) => fits(pattern, modelId));
  return isListed && (profiles === undefined || profiles.includes(profile.name));
}

/** @throws AppError `forbidden`, which names what the key may use */
export function requireModelOfKey(bounds: KeyBounds | undefined, target: ModelTarget): void {
  if (!bounds || isModelOfKey(bounds, target)) return;
  const { models, profiles } = bounds;
  const { modelId, profile } = target;
  const isListed = models === undefined || models.some((pattern) => fits(pattern, modelId));
  throw isListed
    ? refuseBound(
        `the model ${quote(modelId)}, which belongs to the profile ${quote(profile.name)}`,
        "profiles",
        profiles,
        "model",
      )
    : refuseBound(`the model ${quote(modelId)}`, "models", models, "model");
}

/**
 * Checks a turn's settings as they will be. `sources` tells where each was sent.
 * @throws AppError `forbidden`, which names what the key may use
 */
export function requireSettingsOfKey(
  bounds: KeyBounds | undefined,
  profile: Profile,
  sources: RequestedIn,
): void {
  if (!bounds) return;
  const { workspaces, permissionModes } = bounds;
  const { permissionMode: mode } = profile;
  const isCareful = profile.builtinTools === "off" || CAREFUL_MODES.has(mode);
  if (permissionModes && !isCareful && !permissionModes.includes(mode)) {
    const allowed = [...new Set([...permissionModes, ...CAREFUL_MODES])];
    throw refuseBound(`the permission mode '${mode}'`, "permission_modes", allowed, sources.permissionMode);
  }
  if (!workspaces || !worksInFolder(profile)) return;
  const isAllowed = (folder: string) => workspaces.some((root) => isInside(folder, root));
  // Which folder it is stays unsaid where the client has not named it itself.
  if (!isAllowed(profile.workspace)) {
    throw refuseFolder("the folder that this turn would work in", sources.workingDirectory);
  }
  if (!profile.additionalDirectories.every(isAllowed)) {
    throw refuseFolder("a folder that this turn would use besides its own", sources.additionalDirectories);
  }
}

/** Without tools of its own and without the folder's settings Claude Code does not look into it. */
function worksInFolder({ builtinTools, settingSources }: Profile): boolean {
  return builtinTools !== "off" || settingSources.some((source) => source !== "user");
}

function fits(pattern: string, modelId: string): boolean {
  return pattern.endsWith("*") ? modelId.startsWith(pattern.slice(0, -1)) : pattern === modelId;
}

const MAX_NAMED = 20;

function refuseBound(what: string, bound: string, allowed: readonly string[] = [], param?: string): AppError {
  const list = allowed.slice(0, MAX_NAMED).join(", ");
  const rest = allowed.length > MAX_NAMED ? ", …" : "";
  return new AppError({
    kind: "forbidden",
    message: `This key may not use ${what}. It may use: ${list || "none"}${rest} (${bound} of the key).`,
    ...(param !== undefined && { param }),
  });
}

function refuseFolder(what: string, param: string | undefined): AppError {
  return new AppError({
    kind: "forbidden",
    message: `This key may not use ${what} (workspaces of the key).`,
    ...(param !== undefined && { param }),
  });
}
