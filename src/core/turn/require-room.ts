import { AppError } from "../words/app-error.ts";
import { abilitiesOf } from "../models/abilities-of.ts";
import type { ContentPart } from "../words/message.ts";
import type { TurnRequest } from "../words/turn-request.ts";

/** Nobody writes text that has more characters per token than this. */
const MAX_CHARACTERS_PER_TOKEN = 10;

/**
 * Refuses at once what cannot fit into the context window; the model's API would refuse it in the end.
 * @throws AppError `context-length-exceeded`
 */
export function requireRoom({
  messages,
  systemText,
  tools,
  target,
}: Pick<TurnRequest, "messages" | "systemText" | "tools" | "target">): void {
  let length = systemText.length;
  for (const message of messages) length += lengthOf(message.content);
  for (const { description = "" } of tools.list) length += description.length;
  const { contextTokens } = abilitiesOf(target.resolvedModel ?? target.model);
  if (length <= contextTokens * MAX_CHARACTERS_PER_TOKEN) return;
  throw new AppError({
    kind: "context-length-exceeded",
    message: "The conversation is longer than the model's context window. Shorten it or start a new one.",
  });
}

function lengthOf(content: readonly ContentPart[]): number {
  let length = 0;
  for (const part of content) {
    if (part.type === "text") length += part.text.length;
    else if (part.type === "tool-call") length += part.arguments.length;
    else if (part.type === "tool-result") length += lengthOf(part.content);
    else if (part.type === "document" && part.source.type === "text") length += part.source.text.length;
  }
  return length;
}
