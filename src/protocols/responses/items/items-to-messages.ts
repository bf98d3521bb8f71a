import { type Message, messageText } from "../../../core/words/message.ts";
import type { ToolApproval } from "../../../core/words/server-tools.ts";
import { RequestError } from "../../request-error.ts";
import { ItemWalker, type WalkOptions } from "./item-walker.ts";
import { type FindItem, resolveReferences } from "./resolve-references.ts";
import type { WireItem } from "../responses-request.ts";

export interface ToMessagesOptions extends WalkOptions {
  /** The request's own instructions. */
  readonly instructions?: string;
  readonly findItem?: FindItem;
  /** How many items come before the request's own input; errors count from there. */
  readonly historyCount?: number;
}

export interface ParsedItems {
  readonly systemText: string;
  readonly messages: readonly Message[];
  /** The client's decisions on calls that wait for it: those after the last answer. */
  readonly approvals: readonly ToolApproval[];
}

/**
 * Converts items, old and new, to messages: what comes between two inputs is one answer, outputs of client tools come right after
 * the answer that made the calls, and leading system and developer messages become system text after the instructions. Items that
 * came from a turn become exactly what the turn was recorded with. If all are system messages, the last one stays, so that there
 * is something to answer.
 * @throws RequestError when the items do not form a conversation
 */
export function toMessages(items: readonly WireItem[], options: ToMessagesOptions): ParsedItems {
  const { instructions = "", findItem, historyCount = 0 } = options;
  const resolved = resolveReferences(items, findItem).map((item, index) => ({
    item,
    param: `input[${index - historyCount}]`,
  }));
  const walker = new ItemWalker(withoutCompacted(resolved), options);
  const { messages, approvals } = walker.walk();
  if (messages.length === 0 && approvals.length === 0) throw missingInput();
  const firstOther = messages.findIndex((message) => message.role !== "system");
  const systemCount = firstOther === -1 ? messages.length - 1 : firstOther;
  const systemTexts = [instructions, ...messages.slice(0, systemCount).map(messageText)];
  return {
    systemText: systemTexts.filter((text) => text !== "").join("\n\n"),
    messages: messages.slice(systemCount),
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

/** A compaction replaces everything before it except the leading system and developer messages. */
function withoutCompacted<Place extends { readonly item: WireItem }>(
  places: readonly Place[],
): readonly Place[] {
  const start = places.findLastIndex(({ item }) => item.type === "compaction");
  const firstOther = places.findIndex(({ item }) => !isSystemMessage(item));
  return places.filter((_, index) => index >= start || index < firstOther);
}

function isSystemMessage(item: WireItem): boolean {
  return item.type === "message" && (item["role"] === "system" || item["role"] === "developer");
}
