import { createHash, hash } from "node:crypto";

import type { PrincipalId } from "../words/ids.ts";
import { withoutMark } from "../requests/cache-marks.ts";
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
 * Names the state of a conversation: a rolling hash over its messages, scoped by everything that two conversations must share to
 * be the same one. Any difference that counts gives another state, and two principals never have the same state.
 */
export function hashState(
  scope: {
    readonly principalId: PrincipalId;
    readonly target: ModelTarget;
    /** The tools that the request declares: their schemas say which arguments of a call mean the same. */
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
 * The content of a message that counts. Clients send an answer back as one string or split into parts, without its thinking and
 * with the arguments of its calls rewritten, so an answer counts as its text and the meaning of its calls. Messages from a person
 * or a program keep their parts.
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

/** Text stands for itself; everything else becomes a digest, which no text equals by accident. */
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
      return digest([part.type, JSON.stringify(withoutMark(part))]);
  }
}

/** Copies of this size fit into memory that is readily available; copying a long text whole would take several times as long. */
const PIECE = 32 * 1024;
/** More characters than any length has, its colon included. */
const LENGTH_SIZE = 24;
const SCRATCH = Buffer.allocUnsafeSlow(PIECE);

/** Lengths distinguish lists that join to the same text; UTF-16 distinguishes lone surrogates, which UTF-8 cannot encode. */
function digest(fields: readonly string[]): string {
  const size = fields.reduce((sum, field) => sum + LENGTH_SIZE + 2 * field.length, 0);
  return size > SCRATCH.length ? digestInPieces(fields) : digestAtOnce(fields);
}

/** A hash that is begun and added to costs more than what most messages are. */
function digestAtOnce(fields: readonly string[]): string {
  let end = 0;
  for (const field of fields) {
    end += SCRATCH.write(`${field.length}:`, end, "latin1");
    end += SCRATCH.write(field, end, "utf16le");
  }
  return hash("sha256", SCRATCH.subarray(0, end), "base64url");
}

function digestInPieces(fields: readonly string[]): string {
  const hashed = createHash("sha256");
  for (const field of fields) {
    hashed.update(`${field.length}:`);
    for (let at = 0; at < field.length; at += PIECE) hashed.update(field.slice(at, at + PIECE), "utf16le");
  }
  return hashed.digest("base64url");
}
