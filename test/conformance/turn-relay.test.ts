import { MemoryTurnRelay } from "../../src/cluster/memory/memory-turn-relay.ts";
import { describeTurnRelay } from "./turn-relay.ts";

describeTurnRelay("in memory", () => new MemoryTurnRelay());
