import type { EngineCapabilities } from "./engine.ts";
import type { ModelTarget, Profile } from "../words/profile.ts";

export interface ModelDescription {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  readonly profile: Profile;
  /** The model name passed to Claude Code. */
  readonly model: string;
  /** See `ModelTarget`. */
  readonly resolvedModel?: string;
  readonly displayName: string;
  /** What the engine of its profile can do. Absent: everything. */
  readonly capabilities?: EngineCapabilities;
  /** For `claude-code/opus`, which is `claude-code` with another model: the id `claude-code`. */
  readonly variantOf?: string;
}

export interface ResolvedModel {
  readonly target: ModelTarget;
  /** From an id such as `claude-code:my-conversation`. */
  readonly conversationName?: string;
  /** From an id such as `sonnet:latest`: a statement about the model, which has no effect here. */
  readonly tag?: string;
}

/** The meaning of each model id. */
export interface ModelCatalogue {
  /** @throws AppError `model-not-found` */
  resolve(modelId: string): ResolvedModel;
  list(): readonly ModelDescription[];
}
