import { blocksOf } from "../messages-body.ts";
import type { ContentBlock, MessagesBody } from "../messages-body.ts";
import type { Effort, ModelRules, ThinkingType } from "./model-rules.ts";
import type { Problem } from "./problem.ts";

/** A request of the right shape, to a model that exists: what the rules look at. */
export interface ApiRequest {
  body: MessagesBody;
  model: ModelRules;
  betas: ReadonlySet<string>;
  /** `2023-06-01` */
  version: string;
  use: "create" | "count";
  /**
   * Ids of calls that the script had this model make without thinking, although thinking was on: the history that follows is
   * valid.
   */
  unthoughtCalls?: ReadonlySet<string> | undefined;
}

export type Rule = (request: ApiRequest) => Problem | undefined;

export interface ThinkingConfig {
  type: ThinkingType;
  budget_tokens?: number;
  display?: "summarized" | "omitted" | "updates" | null;
  block_binding?: { prefix_mismatch_behavior?: "error" | "drop_block" | null } | null;
}

export interface OutputConfig {
  effort?: Effort | null;
  format?: { type: string; schema: Readonly<Record<string, unknown>> } | null;
}

// Proof for the casts below: the shape of a request is checked before any rule reads it.

export function thinkingOf({ body }: Pick<ApiRequest, "body">): ThinkingConfig | undefined {
  return (body.thinking as ThinkingConfig | null | undefined) ?? undefined;
}

export function outputConfigOf({ body }: Pick<ApiRequest, "body">): OutputConfig {
  return (body["output_config"] as OutputConfig | null | undefined) ?? {};
}

export function asksToThink({ body, model }: Pick<ApiRequest, "body" | "model">): boolean {
  const thinking = thinkingOf({ body });
  return thinking ? thinking.type === "adaptive" || thinking.type === "enabled" : model.thinksByDefault;
}

export interface PlacedBlock {
  block: ContentBlock;
  /** `messages.1.content.0` */
  path: string;
  role: "user" | "assistant" | "system";
}

/** All blocks of all messages, except those inside tool results and documents. */
export function* placedBlocks(body: MessagesBody): Generator<PlacedBlock> {
  for (const [index, message] of body.messages.entries()) {
    for (const [position, block] of blocksOf(message).entries()) {
      yield { block, path: `messages.${index}.content.${position}`, role: message.role };
    }
  }
}

/** The blocks inside a tool result, if it has a list of them. */
export function innerBlocks(block: ContentBlock): readonly ContentBlock[] {
  const content = block["content"];
  return block.type === "tool_result" && Array.isArray(content) ? (content as ContentBlock[]) : [];
}

/** The system text as blocks. */
export function systemBlocks({ system }: MessagesBody): readonly ContentBlock[] {
  if (typeof system !== "string") return system ?? [];
  return system === "" ? [] : [{ type: "text", text: system }];
}
