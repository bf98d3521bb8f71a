import { AppError } from "../words/app-error.ts";
import type { Message } from "../words/message.ts";

/**
 * Refuses new messages that are all blank: the model's API does not accept text that is only white space.
 * @throws AppError `invalid-request`
 */
export function requireWords(newMessages: readonly Message[]): void {
  if (newMessages.length === 0 || newMessages.some(saysSomething)) return;
  throw new AppError({
    kind: "invalid-request",
    message: "The new message is blank: Claude takes no text that is nothing but white space.",
    param: "messages",
  });
}

/** A later system message is marked as one, so it is never blank. */
function saysSomething({ role, content }: Message): boolean {
  return role !== "user" || content.some((part) => part.type !== "text" || part.text.trim() !== "");
}
