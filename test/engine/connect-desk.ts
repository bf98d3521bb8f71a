import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { onTestFinished } from "vitest";

import type { ClientTool } from "../../src/core/words/client-tool.ts";
import type { ClientToolDesk } from "../../src/engines/claude/tools/client-tool-desk.ts";

/** Offers these tools at the desk, and connects to it as Claude Code does. */
export async function connectDesk(desk: ClientToolDesk, tools: readonly ClientTool[]) {
  const [server] = Object.values(desk.offer(tools) ?? {});
  if (server?.type !== "sdk") throw new Error("The desk offers nothing new.");
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: "claude-code", version: "1" });
  await Promise.all([server.instance.connect(theirs), client.connect(ours)]);
  onTestFinished(() => client.close());
  return {
    listTools: async () => (await client.listTools()).tools,
    /** A sub-agent calls a tool: settles with the client's result. */
    call: (callId: string, name: string, input: Record<string, unknown> = {}, signal?: AbortSignal) => {
      const _meta = { "claudecode/toolUseId": callId };
      return client.callTool(
        { name, arguments: input, _meta },
        undefined,
        signal === undefined ? {} : { signal },
      );
    },
  };
}
