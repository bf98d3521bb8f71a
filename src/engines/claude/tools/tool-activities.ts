import type { Work } from "../../../core/words/work.ts";
import { isRecord } from "../../../lib/is-record.ts";
import type { ActivityEnd, ActivityStart, FileChanged } from "../../../core/words/turn-event.ts";
import { hasId } from "../content/message-content.ts";
import { changeFromResult } from "./change-from-result.ts";
import { COMPACTION, describeResult, describeWork } from "./describe-work.ts";
import { restoreTabs } from "./restore-tabs.ts";

export interface ToolUse {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

/** What Claude Code is in the middle of when a turn is suspended. */
export interface OpenActivity {
  readonly use: ToolUse;
  /** Whether the call is in the record of the conversation. */
  readonly isOnRecord: boolean;
}

interface ToolResult {
  readonly tool_use_id: string;
  readonly is_error?: boolean | undefined;
  readonly content?: string | readonly { readonly type: string }[] | undefined;
}

/** What Claude Code does by itself in a turn: its tool calls from start to result. */
export class ToolActivities {
  readonly #folder: string;
  readonly #open = new Map<string, { readonly use: ToolUse; readonly work: Work | undefined }>();
  /** The id of every tool use in the turn's record, whoever runs the tool. */
  readonly #recordedIds = new Set<string>();

  /** @param folder absolute path of the workspace: files in it are named relative to it */
  constructor(folder: string) {
    this.#folder = folder;
  }

  get isRunning(): boolean {
    return this.#open.size > 0;
  }

  /** The activities that have begun and not ended. */
  get open(): readonly OpenActivity[] {
    return Array.from(this.#open.values(), ({ use }) => ({ use, isOnRecord: this.isOnRecord(use.id) }));
  }

  isOpen(id: string): boolean {
    return this.#open.has(id);
  }

  /** Whether a block of an answer is not the call of an activity that is open. */
  readonly isOver = (block: unknown): boolean => !hasId(block) || !this.isOpen(block.id);

  /** Notes that the turn's record has a call with this id. */
  record(id: string): void {
    this.#recordedIds.add(id);
  }

  isOnRecord(id: string): boolean {
    return this.#recordedIds.has(id);
  }

  /** The turn's record has other calls in place of the open ones. */
  forgetOpen(): void {
    for (const id of this.#open.keys()) this.#recordedIds.delete(id);
  }

  /** Continues what was open when the turn before was suspended. */
  *resume(open: readonly OpenActivity[]): Generator<ActivityStart> {
    for (const { use, isOnRecord } of open) {
      if (isOnRecord) this.record(use.id);
      yield* this.start(use);
    }
  }

  *start(use: ToolUse): Generator<ActivityStart> {
    const { id, name, input } = use;
    const given = isRecord(input) ? input : {};
    const work = describeWork(name, given);
    this.#open.set(id, { use, work });
    yield { type: "activity-start", activityId: id, name, input: given, ...(work && { work }) };
  }

  /** `account` is Claude Code's own account of the result. */
  *end(answer: ToolResult, account: unknown): Generator<ActivityEnd | FileChanged> {
    const { tool_use_id: activityId, is_error: isError = false } = answer;
    const open = this.#open.get(activityId);
    this.#open.delete(activityId);
    const output = textOf(answer.content);
    const details = isRecord(account) ? restoreTabs(account) : undefined;
    const result = describeResult(open?.work, { isError, output, details });
    yield { type: "activity-end", activityId, isError, output, ...(result && { result }) };
    const change = open && changeFromResult(open.use.name, { isError, details }, this.#folder);
    if (change) yield { type: "file-change", activityId, change };
  }

  /** Claude Code summarises a long conversation in a model call of its own, of which it streams nothing. */
  *compaction(isRunning: boolean): Generator<ActivityStart | ActivityEnd | FileChanged> {
    if (isRunning === this.#open.has(COMPACTION)) return;
    if (isRunning) yield* this.start({ id: COMPACTION, name: COMPACTION, input: {} });
    else yield* this.end({ tool_use_id: COMPACTION }, undefined);
  }
}

function textOf(content: ToolResult["content"]): string {
  if (content === undefined || typeof content === "string") return content ?? "";
  const texts = content.map((block) =>
    "text" in block && typeof block.text === "string" ? block.text : `(${block.type})`,
  );
  return texts.join("\n");
}
