import { MemoryConversationLock } from "../../src/cluster/memory/memory-conversation-lock.ts";
import { describeConversationLock } from "./conversation-lock.ts";

describeConversationLock("in memory", () => new MemoryConversationLock());
