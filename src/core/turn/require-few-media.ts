import { abilitiesOf } from "../models/abilities-of.ts";
import { AppError } from "../words/app-error.ts";
import type { ContentPart, Message } from "../words/message.ts";
import type { TurnRequest } from "../words/turn-request.ts";

/** The API takes so many images and documents in one request; fewer where the context window is small. */
const MOST = 600;
const MOST_IN_SMALL_WINDOW = 100;
const SMALL_WINDOW_TOKENS = 200_000;

/**
 * Refuses more images and documents than the model's API takes in one request: it would refuse them in the end, and each attempt
 * would send them all.
 * @param messages what the model is surely given in one request
 * @throws AppError `invalid-request`
 */
export function requireFewMedia(messages: readonly Message[], { target }: Pick<TurnRequest, "target">): void {
  let count = 0;
  for (const { content } of messages) count += countIn(content);
  if (count <= MOST_IN_SMALL_WINDOW) return;
  const { contextTokens } = abilitiesOf(target.resolvedModel ?? target.model);
  const most = contextTokens > SMALL_WINDOW_TOKENS ? MOST : MOST_IN_SMALL_WINDOW;
  if (count <= most) return;
  throw new AppError({
    kind: "invalid-request",
    message: `The conversation has ${count} images and documents; the model '${target.modelId}' takes at most ${most} in one request. Leave some out, also those of earlier messages.`,
    param: "messages",
  });
}

/** Of texts that are sent as documents it is not known whether the API counts them. */
function countIn(content: readonly ContentPart[]): number {
  let count = 0;
  for (const part of content) {
    if (part.type === "image") count += 1;
    else if (part.type === "document" && part.source.type !== "text") count += 1;
    else if (part.type === "tool-result") count += countIn(part.content);
  }
  return count;
}
