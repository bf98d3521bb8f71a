import type { JsonObject } from "../../core/words/client-tool.ts";
import { newConversationId, type PrincipalId } from "../../core/words/ids.ts";
import {
  conversationsNotKept,
  noSuchConversation,
  noSuchConversationItem,
} from "../../protocols/openai-conversations/conversation-error.ts";
import {
  parseConversationUpdate,
  parseNewConversation,
  parseNewItems,
} from "../../protocols/openai-conversations/conversation-body.ts";
import {
  formatItemConversation,
  formatItemList,
} from "../../protocols/openai-conversations/format-conversation.ts";
import { toWireItems } from "../../protocols/responses/items/kept-items.ts";
import { pageItems } from "../../protocols/responses/items/page-items.ts";
import { noSuchItem } from "../../protocols/responses/stored-response-error.ts";
import { parseInputItemsQuery } from "../../protocols/responses/stored-response-query.ts";
import { uniqueItemIds } from "../../protocols/responses/items/unique-item-ids.ts";
import { idOf } from "../id-of.ts";
import type { AppContext } from "../app-env.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { checkNewItems } from "../../service/conversations/check-new-items.ts";
import {
  type ConversationParts,
  findConversation,
  type FoundConversation,
  giveItems,
} from "../../service/conversations/find-conversation.ts";
import { hasBody, readJsonBody } from "../body/read-json-body.ts";
import { requirePrincipal } from "../require-principal.ts";

type ReadParts = ConversationParts & Pick<AppDependencies, "options">;
type WriteParts = ReadParts & Pick<AppDependencies, "files">;

/** `POST /v1/conversations`; a body is not needed. */
export function createConversation(dependencies: WriteParts) {
  const { items, options, clock } = dependencies;
  return async (context: AppContext): Promise<Response> => {
    const principalId = requirePrincipal(context);
    if (!items.isEnabled) throw conversationsNotKept();
    const given = parseNewConversation(
      hasBody(context) ? await readJsonBody(context, options.maxBodyBytes) : {},
    );
    const first = await checkNewItems(dependencies, principalId, given.items);
    const { metadata } = given;
    const conversation = { id: newConversationId(), principalId, metadata, createdAt: clock() };
    await items.createConversation(conversation, uniqueItemIds(first));
    return context.json(formatItemConversation(conversation));
  };
}

/** `GET /v1/conversations/{id}` */
export function showItemConversation(dependencies: ReadParts) {
  return async (context: AppContext): Promise<Response> =>
    context.json(formatItemConversation(await requireConversation(dependencies, context)));
}

/** `POST /v1/conversations/{id}` */
export function updateConversation(dependencies: ReadParts) {
  const { items, options } = dependencies;
  return async (context: AppContext): Promise<Response> => {
    const metadata = parseConversationUpdate(await readJsonBody(context, options.maxBodyBytes));
    const { principalId, id } = await ownConversation(dependencies, context);
    const conversation = await items.updateMetadata(principalId, id, metadata);
    if (!conversation) throw noSuchConversation(id);
    return context.json(formatItemConversation(conversation));
  };
}

/** `DELETE /v1/conversations/{id}`: also forgets its turns and its session. */
export function removeItemConversation(dependencies: ReadParts) {
  return async (context: AppContext): Promise<Response> => {
    const { id } = await requireConversation(dependencies, context);
    const isRemoved = await dependencies.conversations.remove(requirePrincipal(context), id, "forget");
    if (!isRemoved) throw noSuchConversation(id);
    return context.json({ id, object: "conversation.deleted", deleted: true });
  };
}

/** `GET /v1/conversations/{id}/items` */
export function listItems(dependencies: ReadParts) {
  return async (context: AppContext): Promise<Response> => {
    const query = parseInputItemsQuery(new URL(context.req.url).searchParams);
    const { id, recorded } = await requireConversation(dependencies, context);
    if (recorded) return context.json(pageItems(toWireItems(recorded.map(({ item }) => item)), query));
    const page = await dependencies.items.listItems(requirePrincipal(context), id, query);
    if (!page) throw noSuchItem(query.after ?? "");
    return context.json(formatItemList(page.items, page.hasMore));
  };
}

/** `POST /v1/conversations/{id}/items` */
export function createItems(dependencies: WriteParts) {
  const { items, options, clock } = dependencies;
  return async (context: AppContext): Promise<Response> => {
    const given = parseNewItems(await readJsonBody(context, options.maxBodyBytes));
    const added = await checkNewItems(dependencies, requirePrincipal(context), given);
    const { principalId, id } = await ownConversation(dependencies, context);
    const taken = (await items.loadItems(principalId, id)).map((item) => item.id);
    const identified = uniqueItemIds(added, taken);
    if (!(await items.appendItems(principalId, id, identified, clock()))) throw noSuchConversation(id);
    return context.json(formatItemList(identified, false));
  };
}

/** `GET /v1/conversations/{id}/items/{item_id}` */
export function showItem(dependencies: ReadParts) {
  return async (context: AppContext): Promise<Response> => {
    const itemId = idOf(context, "itemId");
    const { id, recorded } = await requireConversation(dependencies, context);
    const found = recorded
      ? recorded.find((item) => item.id === itemId)
      : await dependencies.items.findItem(requirePrincipal(context), id, itemId);
    if (!found) throw noSuchConversationItem(id, itemId);
    return context.json<JsonObject>(found.item);
  };
}

/** `DELETE /v1/conversations/{id}/items/{item_id}` */
export function removeItem(dependencies: ReadParts) {
  return async (context: AppContext): Promise<Response> => {
    const itemId = idOf(context, "itemId");
    const conversation = await ownConversation(dependencies, context);
    const { principalId, id } = conversation;
    const isRemoved = await dependencies.items.deleteItem(principalId, id, itemId);
    if (!isRemoved) throw noSuchConversationItem(id, itemId);
    return context.json(formatItemConversation(conversation));
  };
}

async function requireConversation(dependencies: ReadParts, context: AppContext): Promise<FoundConversation> {
  const id = idOf(context);
  const found = await findConversation(dependencies, requirePrincipal(context), id);
  if (!found) throw noSuchConversation(id);
  return found;
}

/** A conversation must have items of its own before it can be changed. */
async function ownConversation(
  dependencies: ReadParts,
  context: AppContext,
): Promise<FoundConversation & { readonly principalId: PrincipalId }> {
  const principalId = requirePrincipal(context);
  const found = await requireConversation(dependencies, context);
  await giveItems(dependencies, principalId, found);
  return { ...found, principalId };
}
