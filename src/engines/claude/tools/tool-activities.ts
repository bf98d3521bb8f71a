import { isRecord } from "../../../lib/is-record.ts";
import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { ActivityEnd, ActivityStart } from "../../../core/words/turn-event.ts";
import { restoreTabs } from "./restore-tabs.ts";

const COMPACTION = "compaction";

export interface ToolUse {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

interface ToolResult {
  readonly tool_use_id: string;
  readonly is_error?: boolean | undefined;
  readonly content?: string | readonly { readonly type: string }[] | undefined;
}

/** What Claude Code does by itself in a turn: its tool calls from their start to their result. */
export class ToolActivities {
  readonly #open = new Map<string, ToolUse>();

  get isRunning(): boolean {
    return this.#open.size > 0;
  }

  /** What has begun and not ended. */
  get open(): readonly ToolUse[] {
    return [...this.#open.values()];
  }

  isOpen(id: string): boolean {
    return this.#open.has(id);
  }

  *start(use: ToolUse): Generator<ActivityStart> {
    const { id, name, input } = use;
    this.#open.set(id, use);
    yield { type: "activity-start", activityId: id, name, input: isRecord(input) ? input : {} };
  }

  /** `details` is Claude Code's own account of the result. */
  *end(result: ToolResult, details: unknown): Generator<ActivityEnd> {
    this.#open.delete(result.tool_use_id);
    yield {
      type: "activity-end",
      activityId: result.tool_use_id,
      isError: result.is_error ?? false,
      output: textOf(result.content),
      ...(isRecord(details) && { details: withoutCopies(restoreTabs(details)) }),
    };
  }

  /** Claude Code summarises a long conversation in a model call of its own, of which nothing is streamed. */
  *compaction(isRunning: boolean): Generator<ActivityStart | ActivityEnd> {
    if (isRunning === this.#open.has(COMPACTION)) return;
    if (isRunning) yield* this.start({ id: COMPACTION, name: COMPACTION, input: {} });
    else yield* this.end({ tool_use_id: COMPACTION }, undefined);
  }
}

/** Without the whole file as it was: what changed in it is there too. */
function withoutCopies(details: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(details).filter(([name]) => name !== "originalFile"));
}

function textOf(content: ToolResult["content"]): string {
  if (content === undefined || typeof content === "string") return content ?? "";
  const texts = content.map((block) =>
    "text" in block && typeof block.text === "string" ? block.text : `(${block.type})`,
  );
  return texts.join("\n");
}
