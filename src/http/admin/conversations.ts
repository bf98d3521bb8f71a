import { AppError } from "../../core/words/app-error.ts";
import type { TurnId } from "../../core/words/ids.ts";
import {
  adminConversationDetailsSchema,
  adminConversationListSchema,
  evictedSchema,
} from "../../protocols/admin/conversation-schemas.ts";
import {
  turnUndoSchema,
  workspaceApplySchema,
  workspaceDiffSchema,
} from "../../protocols/changes/changes-schema.ts";
import { deletedConversationSchema } from "../../protocols/openai-conversations/conversation-schema.ts";
import {
  formatAdminConversationDetails,
  formatAdminConversationList,
  imagesOfTurn,
} from "../../protocols/admin/format-admin-conversation.ts";
import {
  parseConversationListQuery,
  parseTurnsQuery,
} from "../../protocols/admin/parse-conversation-query.ts";
import { formatTurnUndo } from "../../protocols/changes/format-turn-changes.ts";
import { parseTurnId } from "../../protocols/changes/parse-turn-id.ts";
import {
  applyConflict,
  formatWorkspaceApply,
  formatWorkspaceDiff,
} from "../../protocols/workspaces/format-workspace.ts";
import type { ConversationAdmin } from "../../service/conversations/conversation-admin.ts";
import { idOf } from "../id-of.ts";
import type { AppContext } from "../app-env.ts";
import type { AdminRoute } from "./admin-route.ts";
import { noteChange } from "./note-change.ts";

const PATH = "/admin/api/conversations";

/** Everybody's conversations. What was said in them is for admins only. */
export function conversationRoutes({
  conversations,
}: {
  readonly conversations: ConversationAdmin;
}): readonly AdminRoute[] {
  return [
    {
      method: "get",
      path: PATH,
      role: "viewer",
      description: {
        summary: "The conversations of all principals, newest activity first.",
        query: {
          principal: "Only of this key or person.",
          profile: "Only of this profile.",
          state: "Only those that are hot, or stored.",
          limit: "How many at most.",
          after: "The `next` of the page before.",
        },
        answer: adminConversationListSchema,
      },
      handle: async (context) => {
        const { filter, page } = parseConversationListQuery(context.req.query());
        const found = await conversations.list(filter, { ...page, limit: page.limit + 1 });
        return context.json(formatAdminConversationList(found, page.limit));
      },
    },
    {
      method: "get",
      path: `${PATH}/:id`,
      role: "admin",
      description: {
        summary: "A conversation with its latest turns: what was said, tools, changed files.",
        query: { limit: "How many turns at most.", before: "The id of the turn that comes after them." },
        answer: adminConversationDetailsSchema,
      },
      handle: async (context) => {
        const found = await conversations.find(idOf(context), parseTurnsQuery(context.req.query()));
        return context.json(formatAdminConversationDetails(found));
      },
    },
    {
      method: "get",
      path: `${PATH}/:id/turns/:turn/images/:index`,
      role: "admin",
      description: { summary: "An image of a turn.", types: ["image/*"] },
      handle: async (context) => {
        const turn = await conversations.findTurn(idOf(context), turnIdOf(context));
        return sendImage(context, imagesOfTurn(turn)[Number(context.req.param("index"))]);
      },
    },
    {
      method: "get",
      path: `${PATH}/:id/diff`,
      role: "admin",
      description: {
        summary: "What a conversation changed in its own folder.",
        answer: workspaceDiffSchema,
      },
      handle: async (context) => {
        const id = idOf(context);
        return context.json(formatWorkspaceDiff(id, await conversations.diff(id, context.req.raw.signal)));
      },
    },
    {
      method: "post",
      path: `${PATH}/:id/evict`,
      role: "admin",
      description: { summary: "End its idle session; the record stays.", answer: evictedSchema },
      handle: async (context) => {
        const id = idOf(context);
        await conversations.evict(id);
        return context.json({ id, object: "conversation.evicted", deleted: false });
      },
    },
    {
      method: "delete",
      path: `${PATH}/:id`,
      role: "admin",
      description: {
        summary: "Delete a conversation with its folder. A running turn of it is cancelled.",
        answer: deletedConversationSchema,
      },
      handle: async (context) => {
        const id = idOf(context);
        const { name, principalId, profile, turnCount } = await conversations.delete(id);
        const before = {
          ...(name !== undefined && { name }),
          principal: principalId,
          profile,
          turns: turnCount,
        };
        noteChange(context, { before });
        return context.json({ id, object: "conversation.deleted", deleted: true });
      },
    },
    {
      method: "post",
      path: `${PATH}/:id/turns/:turn/undo`,
      role: "admin",
      description: {
        summary: "Undo what a turn changed in its workspace, completely or not at all.",
        answer: turnUndoSchema,
      },
      handle: async (context) => {
        const turnId = turnIdOf(context);
        return context.json(formatTurnUndo(turnId, await conversations.undo(idOf(context), turnId)));
      },
    },
    {
      method: "post",
      path: `${PATH}/:id/apply`,
      role: "admin",
      description: {
        summary: "Bring what a conversation changed in its own folder into the workspace, all or none.",
        answer: workspaceApplySchema,
      },
      handle: async (context) => {
        const id = idOf(context);
        const { applied, conflicts } = await conversations.apply(id, context.req.raw.signal);
        if (conflicts.length > 0) throw applyConflict(conflicts);
        return context.json(formatWorkspaceApply(id, applied));
      },
    },
  ];
}

/** What browsers show and never run. */
const IMAGE_TYPES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

function sendImage(
  context: AppContext,
  image: ReturnType<typeof imagesOfTurn>[number] | undefined,
): Response {
  if (!image || "address" in image || !IMAGE_TYPES.has(image.mediaType)) {
    throw new AppError({ kind: "not-found", message: "There is no such image in this turn." });
  }
  return context.body(Buffer.from(image.data, "base64"), 200, {
    "Content-Type": image.mediaType,
    "Cache-Control": "private, max-age=3600",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
  });
}

/** @throws AppError `not-found` */
function turnIdOf(context: AppContext): TurnId {
  const turnId = parseTurnId(context.req.param("turn") ?? "");
  if (turnId) return turnId;
  throw new AppError({ kind: "not-found", message: "There is no turn with this id in the conversation." });
}
