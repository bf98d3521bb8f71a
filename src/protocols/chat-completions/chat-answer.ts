import type { TurnId } from "../../core/words/ids.ts";
import type { ActivityForm } from "../claude-settings/activity-form.ts";
import type { ReasoningForm } from "./parse-thinking.ts";

/** What is settled of an answer before it begins. */
export interface ChatAnswer {
  /** The first branch's. */
  readonly turnId: TurnId;
  /** The model id as the client knows it. */
  readonly modelId: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** How many choices it has. */
  readonly branchCount: number;
  /** The client declared `functions`: it is told of one call, as `function_call`. */
  readonly isLegacyFunctions: boolean;
  /** How it tells thinking; absent as clients mostly want it. */
  readonly reasoning?: ReasoningForm;
  /** How it tells what Claude Code does by itself; absent when it does not. */
  readonly activity?: ActivityForm;
  /** Whether it tells what waits for a person and which files were changed; not when the profile hides what Claude Code does. */
  readonly tellsAgent: boolean;
}

/** The fields that a body and a chunk have in common. */
export function formatAnswerHead(answer: ChatAnswer) {
  return {
    id: chatCompletionId(answer.turnId),
    created: Math.floor(answer.createdAt / 1000),
    model: answer.modelId,
    service_tier: "default" as const,
  };
}

/** The name that an answer has for clients. */
export function chatCompletionId(turnId: TurnId): string {
  return `chatcmpl-${turnId.replace(/^turn_/, "")}`;
}
