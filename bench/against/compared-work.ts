import type { ClientTool } from "../../src/core/words/client-tool.ts";
import type { TimedAnswer } from "../measure/timed-answer.ts";
import { BENCH_TOOLS } from "../model/bench-tools.ts";
import type { ConversationHistory, TurnpikeConversation } from "../turnpike/turnpike-conversation.ts";

/** What both builds are made to do, with names that `--only` knows from the scenarios. */
export interface ComparedWork {
  readonly name: string;
  readonly title: string;
  readonly what: string;
  readonly history: ConversationHistory;
  readonly tools?: readonly ClientTool[];
  /** The first turn, which is not measured. */
  begin(conversation: TurnpikeConversation): Promise<unknown>;
  /** A hot turn, which is. */
  goOn(conversation: TurnpikeConversation): Promise<TimedAnswer>;
}

/** Hot turns of each conversation. */
export const HOT_TURNS = 8;

const laterTurns = (name: string, title: string, history: ConversationHistory): ComparedWork => ({
  name,
  title,
  what: "first token",
  history,
  begin: (conversation) => conversation.ask(20, "spare"),
  goOn: (conversation) => conversation.ask(20, "hot"),
});

export const COMPARED_WORK: readonly ComparedWork[] = [
  laterTurns("history-resent", "Hot turns, whole history resent", "resent"),
  laterTurns("named-conversation", "Hot turns, named conversation", "kept"),
  laterTurns("response-chain", "Hot turns, chain of responses", "chained"),
  {
    name: "tool-round",
    title: "Client tools",
    what: "results to first token",
    history: "resent",
    tools: BENCH_TOOLS,
    begin: (conversation) => conversation.callTools(HOT_TURNS, "spare"),
    goOn: (conversation) => conversation.giveResults("hot"),
  },
];
