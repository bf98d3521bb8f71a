import { RecentMap } from "../../lib/recent-map.ts";
import type { ConversationId } from "../words/ids.ts";

const MAX_CONVERSATIONS = 1000;
const MAX_RULES = 200;

/**
 * What people have allowed for the rest of a conversation, as rules in Claude Code's syntax. Kept in memory only, and bounded:
 * the least recently used are forgotten, and the person is then asked again.
 */
export class ConversationGrants {
  readonly #byConversation = new RecentMap<ConversationId, Set<string>>(MAX_CONVERSATIONS);

  /** Oldest first. */
  of(conversationId: ConversationId): readonly string[] {
    return [...(this.#byConversation.get(conversationId) ?? [])];
  }

  add(conversationId: ConversationId, added: readonly string[]): void {
    const rules = this.#byConversation.get(conversationId) ?? new Set();
    for (const rule of added) {
      rules.delete(rule);
      rules.add(rule);
    }
    for (const oldest of rules) if (rules.size > MAX_RULES) rules.delete(oldest);
    this.#byConversation.set(conversationId, rules);
  }

  /** Whether all of these are allowed; false for an empty list. */
  cover(conversationId: ConversationId, wanted: readonly string[]): boolean {
    const rules = this.#byConversation.get(conversationId);
    return wanted.length > 0 && rules !== undefined && wanted.every((rule) => rules.has(rule));
  }
}
