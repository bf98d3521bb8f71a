import type { ModelTarget } from "../profile.ts";

export interface ModelDescription {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  readonly profile: string;
  /** The model name given to Claude Code. */
  readonly model: string;
  readonly displayName: string;
}

export interface ResolvedModel {
  readonly target: ModelTarget;
  /** From an id such as `claude-code:my-conversation`. */
  readonly conversationName?: string;
}

/** Which model id means what. */
export interface ModelCatalogue {
  /** @throws AppError `model-not-found` */
  resolve(modelId: string): ResolvedModel;
  list(): readonly ModelDescription[];
}
