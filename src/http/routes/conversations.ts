import { AppError } from "../../core/words/app-error.ts";
import {
  formatConversation,
  formatConversationDetails,
  type ConversationListBody,
} from "../../protocols/conversations/format-conversation.ts";
import { invalidValue, RequestError } from "../../protocols/request-error.ts";
import { idOf } from "../id-of.ts";
import type { AppContext } from "../app-env.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { requirePrincipal } from "../require-principal.ts";

type Dependencies = Pick<AppDependencies, "conversations">;

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** `GET /conversations?limit=&before=`: latest activity first; `before` is the last `updated_at` of the previous page. */
export function listConversations({ conversations }: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    const limit = readWholeNumber(context, "limit", MAX_LIMIT) ?? DEFAULT_LIMIT;
    const before = readWholeNumber(context, "before", Number.MAX_SAFE_INTEGER);
    // One more than asked for tells whether there are more.
    const page = { limit: limit + 1, ...(before !== undefined && { before }) };
    const found = await conversations.list(requirePrincipal(context), page);
    const body: ConversationListBody = {
      object: "list",
      data: found.slice(0, limit).map((conversation) => formatConversation(conversation, conversation.isHot)),
      has_more: found.length > limit,
    };
    return context.json(body);
  };
}

/** `GET /conversations/{name or id}` */
export function showConversation({ conversations }: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    const nameOrId = idOf(context);
    const conversation = await conversations.find(requirePrincipal(context), nameOrId);
    if (conversation === undefined) throw noConversationNamed();
    return context.json(formatConversationDetails(conversation));
  };
}

/** `DELETE /conversations/{name or id}?mode=evict|forget` */
export function removeConversation({ conversations }: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    const nameOrId = idOf(context);
    const mode = context.req.query("mode") ?? "forget";
    if (mode !== "evict" && mode !== "forget") throw invalidValue("mode", mode, ["evict", "forget"]);
    if (!(await conversations.remove(requirePrincipal(context), nameOrId, mode))) throw noConversationNamed();
    return context.json({
      id: nameOrId,
      object: mode === "forget" ? "conversation.deleted" : "conversation.evicted",
      deleted: mode === "forget",
    });
  };
}

function readWholeNumber(context: AppContext, name: string, max: number): number | undefined {
  const text = context.req.query(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= max) return value;
  throw new RequestError(
    "invalid_value",
    `Invalid '${name}': expected a whole number between 1 and ${max}.`,
    name,
  );
}

export function noConversationNamed(): AppError {
  return new AppError({ kind: "not-found", message: "There is no conversation with this name or id." });
}
