import type { ModelTarget, Profile } from "../words/profile.ts";

export interface ModelDescription {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  readonly profile: Profile;
  /** The model name given to Claude Code. */
  readonly model: string;
  /** See `ModelTarget`. */
  readonly resolvedModel?: string;
  readonly displayName: string;
  /** For `claude-code/opus`, which is `claude-code` with another model: that id. */
  readonly variantOf?: string;
}

export interface ResolvedModel {
  readonly target: ModelTarget;
  /** From an id such as `claude-code:my-conversation`. */
  readonly conversationName?: string;
  /** From an id such as `sonnet:latest`: what it says about the model, without effect here. */
  readonly tag?: string;
}

/** Which model id means what. */
export interface ModelCatalogue {
  /** @throws AppError `model-not-found` */
  resolve(modelId: string): ResolvedModel;
  list(): readonly ModelDescription[];
}
