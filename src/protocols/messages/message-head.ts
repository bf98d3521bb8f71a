import { type TurnId, uniquePartOf } from "../../core/words/ids.ts";

/** The part of an answer that describes the message itself. */
export interface MessageHead {
  readonly turnId: TurnId;
  /** The model id as the client knows it. */
  readonly modelId: string;
  readonly requestId: string;
  /** Used until the usage is known, at the end. Called when the model is already at work. */
  readonly estimateInputTokens: () => number;
}

/** The fields of a message that do not depend on what Claude says. */
export function formatMessageHead({ turnId, modelId }: MessageHead) {
  return {
    id: `msg_${uniquePartOf(turnId)}`,
    type: "message" as const,
    role: "assistant" as const,
    model: modelId,
    container: null,
    diagnostics: null,
  };
}
