import { createHash } from "node:crypto";

import type { PrincipalId } from "./ids.ts";
import { canonicalJson } from "../lib/canonical-json.ts";
import { type ContentPart, type Message, messageText, toolCallsOf } from "./message.ts";
import type { ModelTarget } from "./profile.ts";

/**
 * Names the state of a conversation: a rolling hash over its messages, scoped by all that two conversations must share to be
 * the same one. Any difference gives another state, and states of two principals never meet.
 */
export function hashState(
  scope: { readonly principalId: PrincipalId; readonly target: ModelTarget },
  messages: readonly Message[],
): string {
  const { profile, model } = scope.target;
  return extendState(digest(["state", scope.principalId, profile.name, profile.workspace, model]), messages);
}

/** The state after further messages. */
export function extendState(state: string, messages: readonly Message[]): string {
  return messages.reduce((before, message) => digest([before, message.role, ...contentOf(message)]), state);
}

/**
 * What counts of a message. Clients return an answer as one string or cut into parts, without its thinking, and write the
 * arguments of its calls anew, so an answer is its text and what its calls mean; what a person or a program wrote keeps its
 * parts.
 */
function contentOf(message: Message): readonly string[] {
  if (message.role !== "assistant") return message.content.map(fieldOf);
  return [messageText(message), ...toolCallsOf(message).map(fieldOf)];
}

/** A text is itself; everything else is a digest, which nobody can make a text say by accident. */
function fieldOf(part: ContentPart): string {
  switch (part.type) {
    case "text":
      return part.text;
    case "tool-call":
      return digest(["tool-call", part.callId, part.name, canonicalJson(part.arguments)]);
    case "tool-result":
      return digest([
        "tool-result",
        part.callId,
        String(part.isError ?? false),
        ...part.content.map(fieldOf),
      ]);
    default:
      return digest([part.type, JSON.stringify(part)]);
  }
}

function digest(fields: readonly string[]): string {
  const hash = createHash("sha256");
  // Lengths keep two lists apart that join to the same text; UTF-16 keeps lone surrogates apart, which UTF-8 cannot write.
  for (const field of fields) hash.update(`${field.length}:`).update(field, "utf16le");
  return hash.digest("base64url");
}
