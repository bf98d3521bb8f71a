import { RecentMap } from "../../lib/recent-map.ts";
import type { ConversationId } from "../words/ids.ts";

const MAX_CONVERSATIONS = 1000;
const MAX_RULES = 200;

/**
 * What persons have allowed for the rest of a conversation, as rules in Claude Code's words. Kept in memory only, and
 * bounded: what was longest out of use is forgotten, and then asked about again.
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

  /** Whether each of these was allowed; never so for none at all. */
  cover(conversationId: ConversationId, wanted: readonly string[]): boolean {
    const rules = this.#byConversation.get(conversationId);
    return wanted.length > 0 && rules !== undefined && wanted.every((rule) => rules.has(rule));
  }
}
