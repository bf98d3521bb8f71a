import type { TurnId } from "../../core/words/ids.ts";

/** What each answer says of itself. */
export interface MessageHead {
  readonly turnId: TurnId;
  /** The model id as the client knows it. */
  readonly modelId: string;
  readonly requestId: string;
  /** Until the usage is known, at the end. Asked for when the model is at work already. */
  readonly estimateInputTokens: () => number;
}

/** The fields of a message that do not depend on what Claude says. */
export function formatMessageHead({ turnId, modelId }: MessageHead) {
  return {
    id: `msg_${turnId.replace(/^turn_/, "")}`,
    type: "message" as const,
    role: "assistant" as const,
    model: modelId,
    container: null,
    diagnostics: null,
  };
}
