import type { ConversationId } from "../ids.ts";

const MAX_CONVERSATIONS = 1000;
const MAX_RULES = 200;

/**
 * What persons have allowed for the rest of a conversation, as rules in Claude Code's words. Kept in memory only, and
 * bounded: what was longest out of use is forgotten, and then asked about again.
 */
export class ConversationGrants {
  readonly #byConversation = new Map<ConversationId, Set<string>>();

  /** Oldest first. */
  of(conversationId: ConversationId): readonly string[] {
    const rules = this.#byConversation.get(conversationId);
    if (!rules) return [];
    this.#touch(conversationId, rules);
    return [...rules];
  }

  add(conversationId: ConversationId, added: readonly string[]): void {
    const rules = this.#byConversation.get(conversationId) ?? new Set();
    for (const rule of added) {
      rules.delete(rule);
      rules.add(rule);
    }
    dropOldest(rules, MAX_RULES);
    this.#touch(conversationId, rules);
    dropOldest(this.#byConversation, MAX_CONVERSATIONS);
  }

  /** Whether each of these was allowed; never so for none at all. */
  cover(conversationId: ConversationId, wanted: readonly string[]): boolean {
    const rules = this.#byConversation.get(conversationId);
    return wanted.length > 0 && rules !== undefined && wanted.every((rule) => rules.has(rule));
  }

  #touch(conversationId: ConversationId, rules: Set<string>): void {
    this.#byConversation.delete(conversationId);
    this.#byConversation.set(conversationId, rules);
  }
}

/** Sets and maps iterate in the order of insertion. */
function dropOldest<Key>(
  entries: { readonly size: number; keys(): Iterable<Key>; delete(key: Key): boolean },
  limit: number,
): void {
  for (const key of entries.keys()) {
    if (entries.size <= limit) return;
    entries.delete(key);
  }
}
