import { AppError } from "./app-error.ts";
import { abilitiesOf } from "./models/abilities-of.ts";
import { messageText } from "./message.ts";
import type { TurnRequest } from "./turn-request.ts";

/** No text that anybody writes has more characters to a token. */
const MAX_CHARACTERS_PER_TOKEN = 10;

/**
 * What cannot fit is refused before anything is done with it, as the model's API would in the end.
 * @throws AppError `context-length-exceeded`
 */
export function requireRoom({
  messages,
  systemText,
  target,
}: Pick<TurnRequest, "messages" | "systemText" | "target">): void {
  let length = systemText.length;
  for (const message of messages) length += messageText(message).length;
  const { contextTokens } = abilitiesOf(target.resolvedModel ?? target.model);
  if (length <= contextTokens * MAX_CHARACTERS_PER_TOKEN) return;
  throw new AppError({
    kind: "context-length-exceeded",
    message: "The conversation is longer than the model's context window. Shorten it or start a new one.",
  });
}
