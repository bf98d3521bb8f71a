import type { StoredMessage, WireObject } from "../../core/ports/completion-store.ts";

/** A message of the request as it was sent, with what OpenAI adds to stored ones. */
export interface StoredMessageBody extends WireObject {
  readonly id: string;
  /** Null when the content was sent as parts. */
  readonly content: string | null;
  readonly content_parts: readonly unknown[] | null;
  readonly refusal: unknown;
}

export function formatStoredMessage(
  completionId: string,
  { position, message }: StoredMessage,
): StoredMessageBody {
  const { content, refusal = null } = message;
  return {
    ...message,
    id: `${completionId}-${position}`,
    content: typeof content === "string" ? content : null,
    content_parts: Array.isArray(content) ? content : null,
    refusal,
  };
}

/** The index of the message with this id; undefined when this completion has no such message. */
export function readStoredMessageId(id: string, completionId: string): number | undefined {
  if (!id.startsWith(`${completionId}-`)) return undefined;
  const position = id.slice(completionId.length + 1);
  return /^\d{1,9}$/.test(position) ? Number(position) : undefined;
}
