import type { ComparedWork } from "../against/compared-work.ts";
import type { ConversationHistory } from "../turnpike/turnpike-conversation.ts";

/** What a million requests on record and a dashboard may cost, as a multiple of turns without. */
const MAX_RATIO = 1.03;

const turns = (name: string, title: string, history: ConversationHistory): ComparedWork => ({
  name,
  title,
  what: "whole turn, mean of 8",
  unit: "ms",
  maxRatio: MAX_RATIO,
  history,
  turns: 8,
  // Who looks asks every second, or three: that hits some turns and not others.
  isByConversation: true,
  begin: (conversation) => conversation.ask(20, "spare"),
  goOn: async (conversation) => (await conversation.ask(20, "hot")).endMs,
});

/** The turns that are compared with a full request log and a dashboard, and without. */
export const LOG_WORK: readonly ComparedWork[] = [
  turns("history-resent", "Hot turns, whole history resent", "resent"),
  turns("named-conversation", "Hot turns, named conversation", "kept"),
];
