import { blocksOf, type ContentBlock } from "../../src/demo/messages-body.ts";
import type { RecordedRequest } from "../../src/demo/recorded-request.ts";

/** A call in the model's own history, with the native result that follows it. */
export interface SeenCall {
  readonly name: string;
  readonly input: unknown;
  readonly output: string;
}

/** The native tool calls of each answer in the history that the model was sent, paired with their results by id. */
export function toolRoundsOf(request: RecordedRequest): SeenCall[][] {
  const blocks = request.body.messages.flatMap((message) => blocksOf(message));
  const results = new Map(
    blocks
      .filter((block) => block.type === "tool_result")
      .map((block) => [String(block["tool_use_id"]), textOf(block["content"])]),
  );
  const rounds: SeenCall[][] = [];
  for (const message of request.body.messages) {
    const calls = blocksOf(message).filter((block) => block.type === "tool_use");
    if (message.role !== "assistant" || calls.length === 0) continue;
    rounds.push(
      calls.map((call) => ({
        name: String(call["name"]),
        input: call["input"],
        output: results.get(String(call["id"])) ?? "(no result)",
      })),
    );
  }
  return rounds;
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  // Proof: the real API and the scripted model take nothing but blocks in a list.
  return (content as readonly ContentBlock[]).map((block) => String(block["text"] ?? "")).join("");
}
