import type { Scenario } from "../scenario.ts";
import { afterEviction } from "./after-eviction.ts";
import { atOnce } from "./at-once.ts";
import { branches } from "./branches.ts";
import { firstTurn } from "./first-turn.ts";
import { historyResent, longHistoryResent } from "./history-resent.ts";
import { installedClaude } from "./installed-claude.ts";
import { memory, memoryOfMany } from "./memory.ts";
import { namedConversation } from "./named-conversation.ts";
import { rebuiltHistory } from "./rebuilt-history.ts";
import { responseChain } from "./response-chain.ts";
import { tokenStream } from "./token-stream.ts";
import { toolRound } from "./tool-round.ts";

/** In the order in which they run: memory wants a server that has not worked yet. */
export const ALL_SCENARIOS: readonly Scenario[] = [
  memory,
  firstTurn,
  historyResent,
  longHistoryResent(40),
  longHistoryResent(400),
  namedConversation,
  responseChain,
  installedClaude,
  toolRound,
  afterEviction,
  rebuiltHistory(40),
  rebuiltHistory(400),
  tokenStream(200),
  tokenStream(5000),
  branches(4),
  atOnce(1),
  atOnce(8),
  atOnce(32),
  memoryOfMany(64),
];
