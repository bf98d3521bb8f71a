import { readProcessMemory } from "../../src/lib/process-memory.ts";
import { readResidentMemory } from "../measure/read-resident-memory.ts";
import { readClaudeMemory } from "../measure/read-claude-memory.ts";
import { Semaphore } from "../../src/lib/semaphore.ts";
import type { Scenario } from "../scenario.ts";
import type { TestBed } from "../test-bed.ts";

const MEBIBYTE = 1024 * 1024;
const TURNS = 3;

/**
 * The server's own memory before and with conversations, and that of all its Claude Code processes. To be run first, on a server that
 * has not worked yet.
 */
export const memory: Scenario = {
  name: "memory",
  title: "Memory",
  async run(bed) {
    const { client, isSmoke, newConversation, settle } = bed;
    const sessions = isSmoke ? 1 : 8;
    await settle();
    const withoutSessions = await readResidentMemory(client.processId);
    const conversations = Array.from({ length: sessions }, () => newConversation("resent"));
    for (const conversation of conversations) {
      await settle();
      for (let turn = 1; turn <= TURNS; turn += 1) await conversation.ask(20, turn === 1 ? "spare" : "hot");
    }
    await settle();
    const withSessions = await readResidentMemory(client.processId);
    const claude = await readClaudeMemory(client.processId);
    for (const conversation of conversations) await conversation.forget();

    const alone = await memoryOfQueries(bed, sessions);
    return [
      { what: "server, no conversation (RSS)", unit: "MiB", turnpike: [withoutSessions / MEBIBYTE] },
      { what: `server, ${sessions} conversations (RSS)`, unit: "MiB", turnpike: [withSessions / MEBIBYTE] },
      {
        what: `Claude Code, ${sessions} conversations (PSS of all processes)`,
        unit: "MiB",
        turnpike: [claude / MEBIBYTE],
        bare: { what: "live query() each", samples: [alone / MEBIBYTE] },
      },
    ];
  },
};

async function measureProcesses(processIds: readonly (number | undefined)[]): Promise<number> {
  const sizes = await Promise.all(
    processIds.map(async (id) => {
      const bytes = id === undefined ? undefined : await readProcessMemory(id);
      if (bytes === undefined) throw new Error("A query() has no process whose memory could be read.");
      return bytes;
    }),
  );
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

/** That many conversations are kept, and four requests at a time are under way: all processes of Claude Code together. */
export function memoryOfMany(conversations: number): Scenario {
  return {
    name: `memory-${conversations}`,
    title: `Memory, ${conversations} conversations`,
    async run(bed) {
      const count = bed.isSmoke ? 4 : conversations;
      const kept = Array.from({ length: count }, () => bed.newConversation("resent"));
      for (let turn = 1; turn <= TURNS; turn += 1) {
        await fourAtATime(kept, (conversation) =>
          conversation.ask(20, ...(turn === 1 ? ["spare", "cold"] : ["hot", "resumed"])),
        );
      }
      await bed.settle();
      const claude = await readClaudeMemory(bed.client.processId);
      await bed.client.forgetAll();
      return [
        {
          what: "Claude Code (PSS of all processes)",
          unit: "MiB",
          turnpike: [claude / MEBIBYTE],
          bare: { what: "live query() each", samples: [(await memoryOfQueries(bed, count)) / MEBIBYTE] },
        },
      ];
    },
  };
}

async function memoryOfQueries({ sdk, spec, newTag }: TestBed, count: number): Promise<number> {
  const tags = Array.from({ length: count }, newTag);
  const started = await fourAtATime(tags, async (tag) => {
    const session = sdk.start(spec, tag);
    for (let turn = 1; turn <= TURNS; turn += 1) await session.ask(20);
    return session;
  });
  const bytes = await measureProcesses(started.map(({ processId }) => processId));
  await Promise.all(started.map((session) => session.end()));
  return bytes;
}

async function fourAtATime<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const places = new Semaphore(4);
  const { signal } = new AbortController();
  return Promise.all(
    items.map(async (item) => {
      const leave = await places.acquire(signal);
      try {
        return await work(item);
      } finally {
        leave();
      }
    }),
  );
}
