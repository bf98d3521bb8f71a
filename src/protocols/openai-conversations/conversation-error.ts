import { AppError } from "../../core/words/app-error.ts";
import { RequestError } from "../request-error.ts";

/** Longer than any id of ours. */
const MAX_SHOWN_LENGTH = 64;

export function noSuchConversation(id: string, param?: string): AppError {
  return new AppError({
    kind: "not-found",
    message: `Conversation with id '${shorten(id)}' not found.`,
    ...(param !== undefined && { param }),
  });
}

export function noSuchConversationItem(conversationId: string, itemId: string): AppError {
  return new AppError({
    kind: "not-found",
    message: `Item with id '${shorten(itemId)}' not found in conversation with id '${shorten(conversationId)}'.`,
  });
}

export function conversationsNotKept(): AppError {
  return new AppError({
    kind: "forbidden",
    message:
      "This server keeps no content (retention none), so it keeps no conversations. Send the whole history with each request.",
  });
}

/** A reference has no content of its own to keep. */
export function referenceNotKept(index: number): RequestError {
  return new RequestError(
    "unsupported_value",
    `Unsupported value: 'items[${index}].type' does not support 'item_reference'. Send the item itself.`,
    `items[${index}].type`,
  );
}

function shorten(id: string): string {
  return id.slice(0, MAX_SHOWN_LENGTH);
}
