import type { PrincipalId } from "../../core/words/ids.ts";
import type { Metadata, StoredCompletion, WireObject } from "../../core/ports/completion-store.ts";
import type { ChatCompletionBody } from "./chat-completion-builder.ts";

export interface StoredCompletionBody extends WireObject {
  readonly id: string;
  readonly metadata: Metadata;
}

export function toStoredCompletion(
  body: ChatCompletionBody,
  kept: { readonly principalId: PrincipalId; readonly metadata: Metadata; readonly createdAt: number },
): StoredCompletion {
  return { ...kept, id: body.id, model: body.model, body: { ...body } };
}

/** The answer as it was given, with the client's metadata. */
export function formatStoredCompletion({ id, body, metadata }: StoredCompletion): StoredCompletionBody {
  return { ...body, id, metadata };
}

/** The messages of a request that has been parsed, as they were sent. */
export function listWireMessages(request: unknown): readonly WireObject[] {
  if (!isObject(request) || !Array.isArray(request["messages"])) return [];
  return request["messages"].filter(isObject);
}

function isObject(value: unknown): value is WireObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
