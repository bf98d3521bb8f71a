import { AppError } from "../words/app-error.ts";
import type { PrincipalId, TurnId } from "../words/ids.ts";
import type { Clock } from "../ports/clock.ts";
import type { FileChangeStore } from "../ports/file-change-store.ts";
import type { RestoreChanges } from "../ports/undo-changes.ts";
import type { KeptFileChange } from "../ports/workspace-snapshots.ts";
import type { RunningTurns } from "../turn/running-turns.ts";

/** Far longer than an undo takes. A client that leaves does not stop it, since half an undo is worse than none. */
const DEADLINE_MS = 60_000;
const NAMED_AT_MOST = 20;

/**
 * Undoes what a turn changed in its workspace, completely or not at all. Returns the paths of the restored files.
 * @throws AppError `not-found` when the turn's changes are not known, `conflict` when it has already been undone, its
 * conversation has a running turn, or a file is no longer as the turn left it
 */
export type UndoTurn = (principalId: PrincipalId, turnId: TurnId) => Promise<readonly string[]>;

export function createTurnUndo(parts: {
  readonly store: Pick<FileChangeStore, "findChanges" | "loadChanges" | "markUndone">;
  readonly running: Pick<RunningTurns, "tryBegin">;
  /** Rejects when the folder is gone, or something else has taken its place. */
  readonly requireSameFolder: (folder: string, what: string) => Promise<void>;
  readonly restore: RestoreChanges;
  readonly clock: Clock;
}): UndoTurn {
  const { store, running, requireSameFolder, restore, clock } = parts;
  return async (principalId, turnId) => {
    const known = await store.findChanges(principalId, turnId);
    if (known === undefined) throw noChangesKnown();
    // Until this is done, no turn of the conversation can begin.
    using claim = running.tryBegin(known.conversationId);
    if (!claim) {
      throw conflict(
        "A turn of this conversation runs, or one is being undone. Try again when it has ended.",
      );
    }
    const turn = await store.loadChanges(principalId, turnId);
    if (turn === undefined) throw noChangesKnown();
    if (turn.undoneAt !== undefined) throw conflict("This turn has been undone already.");
    const unknown = turn.changes.filter((change) => !isUndoable(change)).map(({ path }) => path);
    if (unknown.length > 0) {
      throw conflict(
        `The content of these files was not kept, so the turn cannot be undone: ${list(unknown)}.`,
      );
    }
    await requireSameFolder(turn.folder, "The folder that the turn worked in");
    const outcome = await restore(turn.folder, turn.changes, AbortSignal.timeout(DEADLINE_MS));
    if (outcome.type === "conflict") {
      throw conflict(
        `These files have changed since the turn, so nothing was undone: ${list(outcome.paths)}.`,
      );
    }
    await store.markUndone(turnId, clock());
    return outcome.paths;
  };
}

/** Whether the content before and the expected current content are both known. */
function isUndoable({ type, before, after }: KeptFileChange): boolean {
  return (type === "created" || before !== undefined) && (type === "deleted" || after !== undefined);
}

export function noChangesKnown(): AppError {
  return new AppError({
    kind: "not-found",
    message:
      "No file changes of this turn are on record: there is no such turn, it changed none, or they are no longer kept.",
  });
}

function conflict(message: string): AppError {
  return new AppError({ kind: "conflict", message });
}

function list(paths: readonly string[]): string {
  const more = paths.length - NAMED_AT_MOST;
  return paths.slice(0, NAMED_AT_MOST).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
