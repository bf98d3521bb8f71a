import type { StoredCompletion, WireObject } from "../../src/core/ports/completion-store.ts";
import { ALICE } from "./store-fixtures.ts";

export function completion(id: string, changes: Partial<StoredCompletion> = {}): StoredCompletion {
  return {
    id,
    principalId: ALICE,
    model: "sonnet",
    metadata: {},
    body: { id, object: "chat.completion", choices: [{ index: 0, message: { content: `answer of ${id}` } }] },
    createdAt: 1_000,
    ...changes,
  };
}

export function userMessages(count: number): readonly WireObject[] {
  return Array.from({ length: count }, (_, index) => ({ role: "user", content: `question ${index}` }));
}
