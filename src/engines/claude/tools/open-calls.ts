import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";

import type { Message, ToolResultPart } from "../../../core/words/message.ts";
import type { ClientToolDesk } from "./client-tool-desk.ts";
import {
  type InputBlock,
  type ToolResultBlock,
  toInputBlock,
  toToolResultBlock,
} from "../content/content-blocks.ts";

/**
 * The calls that wait for the client between two turns: those of Claude itself, whose results are pushed in one message, and
 * those of sub-agents, which wait at the desk while Claude Code is in the middle of its work.
 */
export class OpenCalls {
  readonly #desk: ClientToolDesk;
  #ids: readonly string[] = [];
  /** Results that came while Claude Code could not take them yet. */
  #results: ToolResultPart[] = [];

  constructor(desk: ClientToolDesk) {
    this.#desk = desk;
  }

  get ids(): readonly string[] {
    return this.#ids;
  }

  open(ids: readonly string[]): void {
    this.#ids = ids;
  }

  clear(): void {
    this.#ids = [];
    this.#results = [];
  }

  /** Gives the sub-agents their results. Those of Claude's own calls are kept until Claude Code can take them. */
  answer(messages: readonly Message[]): void {
    this.#ids = [];
    for (const message of messages) {
      if (message.role !== "tool") continue;
      for (const part of message.content) {
        if (!this.#desk.answer(part.callId, toCallToolResult(part))) this.#results.push(part);
      }
    }
  }

  /** The results of Claude's own calls that came together with those of its sub-agents. */
  takeResults(callIds: readonly string[]): readonly ToolResultBlock[] | undefined {
    if (this.#results.length === 0 || callIds.length > 0) return undefined;
    return this.#results.splice(0).map(toToolResultBlock);
  }
}

function toCallToolResult(part: ToolResultPart): CallToolResult {
  return {
    content: part.content.map((each) => toMcpContent(toInputBlock(each))),
    ...(part.isError && { isError: true }),
  };
}

/** MCP has no documents: anything other than text, or an image given by its bytes, is described. */
function toMcpContent(block: InputBlock): CallToolResult["content"][number] {
  if (block.type === "text") return { type: "text", text: block.text };
  const { source } = block;
  if (block.type === "image" && source.type === "base64") {
    return { type: "image", data: source.data, mimeType: source.media_type };
  }
  if (source.type === "text") return { type: "text", text: source.data };
  return { type: "text", text: source.type === "url" ? source.url : `(${source.media_type})` };
}
