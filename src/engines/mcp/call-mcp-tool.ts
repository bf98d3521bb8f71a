import { CallToolResultSchema, type ContentBlock } from "@modelcontextprotocol/sdk/types.js";

import type { InputPart } from "../../core/words/message.ts";
import type { CallServerTool } from "../../core/ports/server-tool-caller.ts";
import { withRemoteServer } from "./connect-remote-server.ts";

/** A tool may work for some minutes; whoever approved the call waits for it. */
const CALL_TIMEOUT_MS = 5 * 60_000;
/** About as much output as Claude Code accepts from an MCP tool. */
const MAX_CHARACTERS = 100_000;

/** Calls a tool once. An error of the call itself is returned as its result, the way Claude would read it. */
export const callMcpTool: CallServerTool = (server, name, input, signal) =>
  withRemoteServer(
    server,
    async (client) => {
      try {
        const options = { signal, timeout: CALL_TIMEOUT_MS };
        const result = await client.callTool(
          { name, arguments: { ...input } },
          CallToolResultSchema,
          options,
        );
        const { content, structuredContent, isError = false } = CallToolResultSchema.parse(result);
        const parts = content.map(toPart);
        if (parts.length === 0 && structuredContent) parts.push(toText(JSON.stringify(structuredContent)));
        return { content: parts, isError };
      } catch (error) {
        signal.throwIfAborted();
        return { content: [toText(`The call failed: ${messageOf(error)}`)], isError: true };
      }
    },
    CALL_TIMEOUT_MS,
  );

function toPart(block: ContentBlock): InputPart {
  switch (block.type) {
    case "text":
      return toText(block.text);
    case "image":
      return { type: "image", source: { type: "base64", mediaType: block.mimeType, data: block.data } };
    case "resource":
      return toText(
        "text" in block.resource
          ? block.resource.text
          : `(${block.resource.uri}: ${block.resource.mimeType ?? "binary"})`,
      );
    case "resource_link":
      return toText(`(${block.name}: ${block.uri})`);
    case "audio":
      return toText(`(${block.mimeType})`);
  }
}

function toText(text: string): InputPart {
  if (text.length <= MAX_CHARACTERS) return { type: "text", text };
  return { type: "text", text: `${text.slice(0, MAX_CHARACTERS)}\n(cut: ${text.length} characters)` };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "the server did not answer as one";
}
