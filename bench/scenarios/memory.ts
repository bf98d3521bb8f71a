import { readProcessMemory } from "../../src/lib/process-memory.ts";
import { readResidentMemory } from "../measure/read-resident-memory.ts";
import { readClaudeMemory } from "../measure/read-claude-memory.ts";
import type { Scenario } from "../scenario.ts";

const MEBIBYTE = 1024 * 1024;
const TURNS = 3;

/**
 * The server's own memory before and with conversations, and that of all its Claude Code processes. To be run first, on a server that
 * has not worked yet.
 */
export const memory: Scenario = {
  name: "memory",
  title: "Memory",
  async run({ client, sdk, spec, isSmoke, newTag, newConversation, settle }) {
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

    const bare = Array.from({ length: sessions }, () => sdk.start(spec, newTag()));
    for (const session of bare) for (let turn = 1; turn <= TURNS; turn += 1) await session.ask(20);
    const alone = await measureProcesses(bare.map(({ processId }) => processId));
    await Promise.all(bare.map((session) => session.end()));
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
