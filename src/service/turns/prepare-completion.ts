import { newTurnId } from "../../core/words/ids.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import type { CompletionAnswer } from "../../protocols/chat-completions/legacy/completion-answer.ts";
import {
  type CompletionRequest,
  parseCompletionRequest,
} from "../../protocols/chat-completions/legacy/parse-completion-request.ts";
import { toCompletionTurn } from "../../protocols/chat-completions/legacy/to-completion-turn.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { Caller } from "./caller.ts";
import { readTimeoutMs } from "./read-timeout.ts";
import { resolveAsked } from "./resolve-asked.ts";

/** Everything needed to run a completion. */
export interface PreparedCompletion {
  readonly asked: CompletionRequest;
  /** One for each choice. */
  readonly requests: readonly TurnRequest[];
  readonly answer: CompletionAnswer;
}

/**
 * Reads a request for a completion. It has no settings and no conversation: Claude only writes, once for each choice.
 * @throws AppError for what is wrong with it
 */
export function prepareCompletion(
  parts: Pick<ServiceParts, "models">,
  caller: Caller,
  body: unknown,
): PreparedCompletion {
  const { principalId, headers, record } = caller;
  const asked = parseCompletionRequest(body);
  const { target } = resolveAsked(asked, caller, parts);
  const timeoutMs = readTimeoutMs(headers);
  const choices = asked.prompts.flatMap((prompt) => Array.from({ length: asked.answerCount }, () => prompt));
  const turnId = newTurnId();
  const requests = choices.map((prompt, index): TurnRequest => ({
    turnId: index === 0 ? turnId : newTurnId(),
    principalId,
    protocol: "completions",
    ...toCompletionTurn(prompt, target),
    sampling: asked.sampling,
    ...(timeoutMs !== undefined && { timeoutMs }),
  }));
  const answer: CompletionAnswer = {
    turnId,
    modelId: target.modelId,
    createdAt: record.startedAt,
    beginnings: choices.map(({ before }) => (asked.echoesPrompt ? before : "")),
  };
  return { asked, requests, answer };
}
