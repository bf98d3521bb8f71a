import type { ClientTool } from "../../src/core/words/client-tool.ts";
import { readCpuTime } from "../measure/read-cpu-time.ts";
import { BENCH_TOOLS } from "../model/bench-tools.ts";
import type { ConversationHistory, TurnpikeConversation } from "../turnpike/turnpike-conversation.ts";

/** What both builds are made to do, with names that `--only` knows from the scenarios. */
export interface ComparedWork {
  readonly name: string;
  readonly title: string;
  readonly what: string;
  readonly unit: "ms" | "µs";
  /** What this build may take, as a multiple of the other. */
  readonly maxRatio: number;
  readonly history: ConversationHistory;
  readonly tools?: readonly ClientTool[];
  /** Hot turns of each conversation. */
  readonly turns: number;
  /** The mean of a conversation's turns is one sample: what hits one turn in ten counts, which a median of turns would not show. */
  readonly isByConversation?: boolean;
  /** The first turn, which is not measured. */
  begin(conversation: TurnpikeConversation): Promise<unknown>;
  /** A hot turn; resolves with what was measured. */
  goOn(conversation: TurnpikeConversation): Promise<number>;
}

const HOT_TURNS = 8;
const NO_SLOWER = 1.02;
/** Of a stream whose cost for the server is measured: so many that what a turn costs besides does not count. */
const CPU_TOKENS = 20_000;

const laterTurns = (name: string, title: string, history: ConversationHistory): ComparedWork => ({
  name,
  title,
  what: "first token",
  unit: "ms",
  maxRatio: NO_SLOWER,
  history,
  turns: HOT_TURNS,
  begin: (conversation) => conversation.ask(20, "spare"),
  goOn: async (conversation) => (await conversation.ask(20, "hot")).firstTokenMs,
});

export const COMPARED_WORK: readonly ComparedWork[] = [
  laterTurns("history-resent", "Hot turns, whole history resent", "resent"),
  laterTurns("named-conversation", "Hot turns, named conversation", "kept"),
  laterTurns("response-chain", "Hot turns, chain of responses", "chained"),
  {
    name: "tool-round",
    title: "Client tools",
    what: "results to first token",
    unit: "ms",
    maxRatio: NO_SLOWER,
    history: "resent",
    tools: BENCH_TOOLS,
    turns: HOT_TURNS,
    begin: (conversation) => conversation.callTools(HOT_TURNS, "spare"),
    goOn: async (conversation) => (await conversation.giveResults("hot")).firstTokenMs,
  },
  {
    name: "stream-5000",
    title: "Stream of 5,000 tokens, hot",
    what: "last token",
    unit: "ms",
    maxRatio: NO_SLOWER,
    history: "kept",
    turns: 4,
    begin: (conversation) => conversation.ask(20, "spare"),
    goOn: async (conversation) => (await conversation.ask(5000, "hot")).lastTokenMs,
  },
  {
    name: "stream-cpu",
    title: `Stream of ${CPU_TOKENS.toLocaleString("en")} tokens, hot`,
    what: "CPU per delta",
    unit: "µs",
    maxRatio: 0.7,
    history: "kept",
    turns: 2,
    begin: (conversation) => conversation.ask(20, "spare"),
    async goOn(conversation) {
      const before = await readCpuTime(conversation.serverProcessId);
      await conversation.ask(CPU_TOKENS, "hot");
      const after = await readCpuTime(conversation.serverProcessId);
      return (after.allThreads - before.allThreads) / CPU_TOKENS / 1000;
    },
  },
];
