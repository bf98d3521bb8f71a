import { abortable } from "../../lib/abortable.ts";
import { assertNever } from "../../lib/assert-never.ts";
import type { ConversationId, PrincipalId, TurnId } from "../words/ids.ts";
import type { Clock } from "../ports/clock.ts";
import type { FileChangeStore } from "../ports/file-change-store.ts";
import type { Logger } from "../ports/logger.ts";
import type { StartingTool } from "../ports/turn-supervisor.ts";
import type {
  ComparedWorkspace,
  WorkspaceSnapshot,
  WorkspaceSnapshots,
} from "../ports/workspace-snapshots.ts";
import {
  type EngineEvent,
  type EventStage,
  type FilesChanged,
  isTerminalEvent,
  type Notice,
  type TerminalEvent,
} from "../words/turn-event.ts";
import { withoutContents } from "./without-contents.ts";

/** A workspace that takes longer to examine no longer delays the turn. */
const DEADLINE_MS = 10_000;

export interface FileChangeWatchParts {
  /** Absolute real path of the folder that the turn works in. */
  readonly folder: string;
  readonly snapshots: WorkspaceSnapshots;
  readonly store: Pick<FileChangeStore, "saveChanges">;
  readonly turnId: TurnId;
  readonly conversationId: ConversationId;
  readonly principalId: PrincipalId;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Limits the snapshot, and separately the comparison with everything after it. */
  readonly deadlineMs?: number;
  /** The turn's signal: it aborts when nobody wants the turn any more. */
  readonly signal: AbortSignal;
}

type Before =
  | { readonly type: "taken"; readonly snapshot: WorkspaceSnapshot }
  | { readonly type: "failed" }
  /** The turn ended first, so nothing has run. */
  | { readonly type: "given-up" };

type Told = FilesChanged | Notice;

/**
 * Finds out what one turn changes in its workspace: takes a snapshot before the first tool that may change files, and compares
 * it at the turn's end. A turn that only talks and reads waits for nothing.
 *
 * It sees the folder, not who writes to it: two turns that work in one shared folder at the same time see each other's changes,
 * and those of people. Isolated folders avoid that. Additional directories are not compared; what Write and Edit do there is
 * reported only from their results.
 */
export class FileChangeWatch {
  readonly #parts: FileChangeWatchParts;
  readonly #deadlineMs: number;
  #before: Promise<Before> | undefined;
  /** Whether a tool that may change files was allowed to run. */
  #mayHaveChanged = false;
  #isOver = false;

  constructor(parts: FileChangeWatchParts) {
    this.#parts = parts;
    this.#deadlineMs = parts.deadlineMs ?? DEADLINE_MS;
  }

  /** Called when the turn begins. If the folder is slow to examine, takes the snapshot while the model thinks. */
  begin(): void {
    const { snapshots, folder } = this.#parts;
    if (snapshots.isSlow?.(folder)) this.#before ??= this.#takeSnapshot();
  }

  /** Must be awaited before a tool of Claude Code runs. Never rejects: a failure is reported at the turn's end. */
  async beforeTool({ mayChangeFiles }: StartingTool): Promise<void> {
    if (this.#isOver || !mayChangeFiles) return;
    this.#mayHaveChanged = true;
    await (this.#before ??= this.#takeSnapshot());
  }

  /** Adds to a turn's events, before the end, however the turn ends, what has changed in the workspace. */
  stage(): EventStage {
    return {
      of: (event) => (isTerminalEvent(event) && this.#isDue ? this.#tellBefore(event) : [event]),
    };
  }

  /**
   * Passes a turn's events on. Adds before the end of the turn, however it ends, what has changed in the workspace. Also saves the
   * changes when the reader leaves early.
   */
  async conclude(): Promise<readonly Told[]> {
    if (this.#before === undefined || this.#isOver) return [];
    this.#isOver = true;
    if (!this.#mayHaveChanged) {
      void this.#drop(this.#before);
      return [];
    }
    const before = await this.#before;
    switch (before.type) {
      case "given-up":
        return [];
      case "failed":
        return [notCompared("It was not possible to look at it before the first command ran.")];
      case "taken":
        try {
          return await this.#compare(before.snapshot);
        } finally {
          await this.#dispose(before.snapshot);
        }
      default:
        return assertNever(before);
    }
  }

  get #isDue(): boolean {
    return this.#before !== undefined && !this.#isOver;
  }

  async #tellBefore(end: TerminalEvent): Promise<readonly EngineEvent[]> {
    return [...(await this.conclude()), end];
  }

  async #takeSnapshot(): Promise<Before> {
    const { snapshots, folder, signal: turnSignal, turnId, logger } = this.#parts;
    if (turnSignal.aborted) return { type: "given-up" };
    const signal = AbortSignal.any([turnSignal, AbortSignal.timeout(this.#deadlineMs)]);
    const taking = Promise.resolve().then(() => snapshots.take(folder, signal));
    try {
      return { type: "taken", snapshot: await abortable(taking, signal) };
    } catch (error) {
      // The snapshot may still arrive late.
      void taking.then((snapshot) => this.#dispose(snapshot)).catch(() => {});
      if (turnSignal.aborted) return { type: "given-up" };
      logger.error("workspace.snapshot-failed", { turnId, error });
      return { type: "failed" };
    }
  }

  /** With its own deadline: the turn's signal may have aborted, but the turn's changes are there all the same. */
  async #compare(snapshot: WorkspaceSnapshot): Promise<readonly Told[]> {
    const { turnId, logger } = this.#parts;
    const deadline = AbortSignal.timeout(this.#deadlineMs);
    let compared: ComparedWorkspace;
    try {
      compared = await abortable(snapshot.compare(deadline), deadline);
    } catch (error) {
      logger.error("workspace.comparison-failed", { turnId, error });
      return [notCompared("Looking at it after the turn failed or took too long.")];
    }
    const { isComplete } = compared;
    if (compared.changes.length === 0) {
      return isComplete ? [] : [notCompared("It holds more files than are looked at.")];
    }
    return [{ type: "file-changes", changes: await this.#save(compared, deadline), isComplete }];
  }

  async #save({ changes, isComplete }: ComparedWorkspace, deadline: AbortSignal) {
    const { store, turnId, conversationId, principalId, folder, clock, logger } = this.#parts;
    const turn = { turnId, conversationId, principalId, folder, changes, isComplete, changedAt: clock() };
    try {
      return await abortable(store.saveChanges(turn), deadline);
    } catch (error) {
      logger.error("workspace.changes-not-saved", { turnId, error });
      return changes.map(withoutContents);
    }
  }

  /** Drops a snapshot that turned out not to be needed. */
  async #drop(taking: Promise<Before>): Promise<void> {
    const before = await taking;
    if (before.type === "taken") await this.#dispose(before.snapshot);
  }

  async #dispose(snapshot: WorkspaceSnapshot): Promise<void> {
    try {
      await snapshot[Symbol.asyncDispose]();
    } catch (error) {
      this.#parts.logger.error("workspace.snapshot-left", { turnId: this.#parts.turnId, error });
    }
  }
}

function notCompared(reason: string): Notice {
  return {
    type: "notice",
    code: "workspace-not-compared",
    message: `What changed in the workspace is not known as a whole. ${reason}`,
  };
}
