import type { InputPart, Message, ToolResultPart } from "../../core/message.ts";
import { messageText } from "../../core/message.ts";
import type { ToolApproval } from "../../core/server-tools.ts";
import { assertNever } from "../../lib/assert-never.ts";
import { RequestError } from "../request-error.ts";
import { AnswerBuilder } from "./answer-builder.ts";
import { isGluedMessageId } from "./answer-texts.ts";
import { CallOutputs } from "./call-outputs.ts";
import { isActivityItem } from "./is-activity-item.ts";
import type { ItemOf, KnownItem } from "./item-schemas.ts";
import { modelToolName } from "./model-tool-name.ts";
import { type FindFile, readAnswerContent, readInputContent, readTextContent } from "./parse-item-content.ts";
import { readItem } from "./parse-items.ts";
import { type CallItem, isCallItem, isCallOutputItem, readCall, readCallOutput } from "./read-call-item.ts";
import { readSealedSummary, readSealedThought } from "./read-sealed.ts";
import { type FindItem, resolveReferences } from "./resolve-references.ts";
import type { ToolOrigin, WireItem } from "./responses-request.ts";
import { tellForeignItem } from "./tell-foreign-item.ts";

export interface ToMessagesOptions {
  /** What a sealed text of this server holds; undefined when it is none. */
  readonly unseal: (text: string) => unknown;
  readonly instructions?: string;
  readonly findFile?: FindFile;
  readonly findItem?: FindItem;
  /** Of the request's own tools, to know calls again whose namespace a client did not send back. */
  readonly toolOrigins?: ReadonlyMap<string, ToolOrigin>;
  /** The conversation is named, so outputs may come first, without the answer that made their calls. */
  readonly isContinuation?: boolean;
  /** How many items come before the request's own input, which errors count from. */
  readonly historyCount?: number;
}

export interface ParsedItems {
  readonly systemText: string;
  readonly messages: readonly Message[];
  /** The client's word on calls that wait for it: those behind the last answer. */
  readonly approvals: readonly ToolApproval[];
}

/** Begins the message that stands for all that was compacted. */
export const SUMMARY_OPENING =
  "The conversation so far was compacted. This is a summary of it, made for you to go on from:";

/**
 * Turns items, old and new, into messages: what lies between two inputs is one answer, outputs of client tools stand right behind
 * the answer that made their calls, leading messages of the system and the developer become system text behind the instructions.
 * What came out of a turn becomes just what the turn was recorded with.
 * @throws RequestError when the items do not make a conversation
 */
export function toMessages(items: readonly WireItem[], options: ToMessagesOptions): ParsedItems {
  const resolved = resolveReferences(items, options.findItem);
  const start = resolved.findLastIndex((item) => item.type === "compaction");
  const leading = resolved.slice(0, Math.max(start, 0)).findIndex((item) => !isSystemMessage(item));
  const walker = new ItemWalker(options, resolved);
  resolved.forEach((item, index) => {
    // A compaction stands for all before it but what the model is told to be.
    const isCompacted = index < start && (leading === -1 ? false : index >= leading);
    if (!isCompacted) walker.add(readItem(item), index);
  });
  const messages = walker.finish();
  const { approvals } = walker;
  const firstOther = messages.findIndex((message) => message.role !== "system");
  const systemCount = firstOther === -1 ? messages.length - 1 : firstOther;
  const systemTexts = messages.slice(0, Math.max(systemCount, 0)).map(messageText);
  if (messages.length === 0) throw missingInput();
  return {
    systemText: [options.instructions ?? "", ...systemTexts].filter((text) => text !== "").join("\n\n"),
    messages: messages.slice(Math.max(systemCount, 0)),
    approvals,
  };
}

/** There is nothing to answer. */
export function missingInput(): RequestError {
  return new RequestError(
    "missing_required_parameter",
    "One of 'input', 'previous_response_id' or 'conversation' must be provided.",
    "input",
  );
}

function isSystemMessage(item: WireItem): boolean {
  return item.type === "message" && (item["role"] === "system" || item["role"] === "developer");
}
