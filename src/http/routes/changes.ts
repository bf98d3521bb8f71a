import { isUtf8 } from "node:buffer";

import type { Next } from "hono";

import { AppError } from "../../core/words/app-error.ts";
import { noChangesKnown } from "../../core/file-changes/undo-turn.ts";
import type { TurnId } from "../../core/words/ids.ts";
import {
  formatTurnChanges,
  formatTurnChangesList,
  formatTurnUndo,
} from "../../protocols/changes/format-turn-changes.ts";
import { noSuchChangesCursor, parseChangesQuery } from "../../protocols/changes/parse-changes-query.ts";
import { parseTurnId } from "../../protocols/changes/parse-turn-id.ts";
import { cleanFilename } from "../../protocols/files/clean-filename.ts";
import { formatDisposition } from "../../protocols/files/format-file.ts";
import { idOf } from "../id-of.ts";
import type { AppContext } from "../app-env.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { conversationAbove } from "../below-conversation.ts";
import { requirePrincipal } from "../require-principal.ts";

type Dependencies = Pick<AppDependencies, "fileChanges">;

/** `GET /turns/{id}/changes`; the id may be that of any answer of the turn. */
export function showTurnChanges({ fileChanges }: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    const principalId = requirePrincipal(context);
    const turn = await fileChanges.findChanges(principalId, turnIdOf(context));
    if (turn === undefined) throw noChangesKnown();
    return context.json(formatTurnChanges(turn));
  };
}

/** `POST /turns/{id}/undo` */
export function undoTurnChanges({ undoTurn }: Pick<AppDependencies, "undoTurn">) {
  return async (context: AppContext): Promise<Response> => {
    const principalId = requirePrincipal(context);
    const turnId = turnIdOf(context);
    return context.json(formatTurnUndo(turnId, await undoTurn(principalId, turnId)));
  };
}

/** `GET /conversations/{name or id}/changes?limit=&after=`: turn by turn, oldest first. */
export function listConversationChanges({
  fileChanges,
  conversations,
}: Dependencies & Pick<AppDependencies, "conversations">) {
  return async (context: AppContext, next: Next): Promise<Response | void> => {
    const principalId = requirePrincipal(context);
    const conversation = await conversations.find(principalId, conversationAbove(context, "changes"));
    // The conversation's own name may end like this.
    if (conversation === undefined) return next();
    const query = parseChangesQuery(new URL(context.req.url).searchParams);
    const page = await fileChanges.listChanges(principalId, conversation.id, query);
    if (page === undefined) throw noSuchChangesCursor();
    return context.json(formatTurnChangesList(page));
  };
}

/** `GET /changes/{content id}/content`: bytes to save, never something that a browser would show or run. */
export function showChangedContent({ fileChanges }: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    const principalId = requirePrincipal(context);
    const found = await fileChanges.loadContent(principalId, idOf(context));
    if (found === undefined) throw noSuchContent();
    // Proof: it comes from a database or an array of our own, never from shared memory.
    const content = found.content as Uint8Array<ArrayBuffer>;
    return context.body(content, 200, {
      "Content-Type": isText(content) ? "text/plain; charset=utf-8" : "application/octet-stream",
      "Content-Length": String(content.byteLength),
      "Content-Disposition": formatDisposition(cleanFilename(found.path)),
      "X-Content-Type-Options": "nosniff",
      "Content-Security-Policy": "default-src 'none'; sandbox",
    });
  };
}

function turnIdOf(context: AppContext): TurnId {
  const turnId = parseTurnId(idOf(context));
  if (turnId === undefined) throw noChangesKnown();
  return turnId;
}

function isText(content: Uint8Array): boolean {
  return isUtf8(content) && !content.includes(0);
}

function noSuchContent(): AppError {
  return new AppError({
    kind: "not-found",
    message: "There is no content with this id, or it is no longer kept.",
    param: "id",
  });
}
