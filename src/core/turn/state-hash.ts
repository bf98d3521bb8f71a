import { createHash } from "node:crypto";

import type { PrincipalId } from "../words/ids.ts";
import { canonicalJson } from "../../lib/canonical-json.ts";
import type { ClientTool } from "../words/client-tool.ts";
import {
  type ContentPart,
  type Message,
  messageText,
  type ToolCallPart,
  toolCallsOf,
} from "../words/message.ts";
import type { ModelTarget } from "../words/profile.ts";
import { withoutDefaults } from "./without-defaults.ts";

/**
 * Names the state of a conversation: a rolling hash over its messages, scoped by all that two conversations must share to be
 * the same one. Any difference gives another state, and states of two principals never meet.
 */
export function hashState(
  scope: {
    readonly principalId: PrincipalId;
    readonly target: ModelTarget;
    /** Those that the request declares; a call's arguments mean what their schema says. */
    readonly tools?: { readonly list: readonly ClientTool[] };
  },
  messages: readonly Message[],
): string {
  const { profile, model } = scope.target;
  const start = digest(["state", scope.principalId, profile.name, profile.workspace, model]);
  return extendState(start, messages, scope.tools?.list);
}

/** The state after further messages. */
export function extendState(
  state: string,
  messages: readonly Message[],
  tools: readonly ClientTool[] = [],
): string {
  return messages.reduce(
    (before, message) => digest([before, message.role, ...contentOf(message, tools)]),
    state,
  );
}

/**
 * What counts of a message. Clients return an answer as one string or cut into parts, without its thinking, and write the
 * arguments of its calls anew, so an answer is its text and what its calls mean; what a person or a program wrote keeps its
 * parts.
 */
function contentOf(message: Message, tools: readonly ClientTool[]): readonly string[] {
  if (message.role !== "assistant") return message.content.map(fieldOf);
  return [messageText(message), ...toolCallsOf(message).map((call) => digestCall(call, tools))];
}

function digestCall(call: ToolCallPart, tools: readonly ClientTool[]): string {
  const schema = tools.find(({ name }) => name === call.name)?.inputSchema;
  const meaning = canonicalJson(call.arguments, schema && ((value) => withoutDefaults(value, schema)));
  return digest(["tool-call", call.callId, call.name, meaning]);
}

/** A text is itself; everything else is a digest, which nobody can make a text say by accident. */
function fieldOf(part: ContentPart): string {
  switch (part.type) {
    case "text":
      return part.text;
    case "tool-call":
      return digestCall(part, []);
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

/** A copy of this size takes memory that is at hand; one of a long text as a whole would take several times as long. */
const PIECE = 32 * 1024;

function digest(fields: readonly string[]): string {
  const hash = createHash("sha256");
  // Lengths keep two lists apart that join to the same text; UTF-16 keeps lone surrogates apart, which UTF-8 cannot write.
  for (const field of fields) {
    hash.update(`${field.length}:`);
    for (let at = 0; at < field.length; at += PIECE) hash.update(field.slice(at, at + PIECE), "utf16le");
  }
  return hash.digest("base64url");
}
