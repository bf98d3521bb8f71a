import { type TurnId, uniquePartOf } from "../../core/words/ids.ts";
import type { ActivityForm } from "../claude-settings/activity-form.ts";
import type { ReasoningForm } from "./parse-thinking.ts";

/** What is known of an answer before it begins. */
export interface ChatAnswer {
  /** The turn of the first branch. */
  readonly turnId: TurnId;
  /** The model id as the client knows it. */
  readonly modelId: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** How many choices it has. */
  readonly branchCount: number;
  /** The client declared `functions`: it gets a single call, as `function_call`. */
  readonly isLegacyFunctions: boolean;
  /** How the answer shows thinking; absent for the form that most clients expect. */
  readonly reasoning?: ReasoningForm;
  /** How the answer shows what Claude Code does by itself; absent when it does not. */
  readonly activity?: ActivityForm;
  /** Whether it reports waiting approvals and changed files; not when the profile hides what Claude Code does. */
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
  return `chatcmpl-${uniquePartOf(turnId)}`;
}
