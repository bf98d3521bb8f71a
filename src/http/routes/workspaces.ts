import type { Next } from "hono";

import { AppError } from "../../core/words/app-error.ts";
import { invalidValue } from "../../protocols/request-error.ts";
import {
  applyConflict,
  formatWorkspaceApply,
  formatWorkspaceDiff,
} from "../../protocols/workspaces/format-workspace.ts";
import type { AppContext } from "../app-env.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { conversationAbove } from "../below-conversation.ts";
import { requirePrincipal } from "../require-principal.ts";
import { noConversationNamed } from "./conversations.ts";

type Dependencies = Pick<AppDependencies, "conversations" | "conversationFolders">;

const PATCH_TYPE = "text/x-diff";

/** `GET /conversations/{name or id}/diff`: what it changed in its own folder; as a patch with `?format=patch`. */
export function showWorkspaceDiff({ conversations, conversationFolders }: Dependencies) {
  return async (context: AppContext, next: Next): Promise<Response | void> => {
    const nameOrId = conversationAbove(context, "diff");
    const conversation = await conversations.find(requirePrincipal(context), nameOrId);
    // The conversation's own name may end like this.
    if (conversation === undefined) return next();
    const isPatch = wantsPatch(context);
    const diff = await conversationFolders.diff(conversation.id, context.req.raw.signal);
    if (diff === undefined) throw noOwnFolder();
    context.header("Vary", "Accept", { append: true });
    if (!isPatch) return context.json(formatWorkspaceDiff(conversation.id, diff));
    return context.body(diff.diff, 200, {
      "Content-Type": `${PATCH_TYPE}; charset=utf-8`,
      "X-Content-Type-Options": "nosniff",
      "Content-Security-Policy": "default-src 'none'; sandbox",
    });
  };
}

/** `POST /conversations/{name or id}/apply`: brings its changes into the workspace, all or none. */
export function applyWorkspaceChanges({ conversations, conversationFolders }: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    const nameOrId = conversationAbove(context, "apply");
    const conversation = await conversations.find(requirePrincipal(context), nameOrId);
    if (conversation === undefined) throw noConversationNamed();
    const result = await conversationFolders.apply(conversation.id, context.req.raw.signal);
    if (result === undefined) throw noOwnFolder();
    if (result.conflicts.length > 0) throw applyConflict(result.conflicts);
    return context.json(formatWorkspaceApply(conversation.id, result.applied));
  };
}

function wantsPatch(context: AppContext): boolean {
  const format = context.req.query("format");
  if (format !== undefined && format !== "patch" && format !== "json") {
    throw invalidValue("format", format, ["json", "patch"]);
  }
  return (format ?? (context.req.header("accept")?.includes(PATCH_TYPE) ? "patch" : "json")) === "patch";
}

function noOwnFolder(): AppError {
  return new AppError({
    kind: "not-found",
    message:
      "This conversation has no folder of its own: it works in the workspace itself (setting profiles.<name>.isolation).",
  });
}
