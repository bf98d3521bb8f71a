import {
  parseStoredCompletionsQuery,
  parseStoredMessagesQuery,
} from "../../protocols/chat-completions/parse-stored-query.ts";
import { formatStoredCompletion } from "../../protocols/chat-completions/stored-completion.ts";
import { noSuchCompletion, noSuchCursor } from "../../protocols/chat-completions/stored-error.ts";
import { formatStoredList, parseStoredUpdate } from "../../protocols/chat-completions/stored-completions.ts";
import { formatStoredMessage } from "../../protocols/chat-completions/stored-message.ts";
import { idOf } from "../id-of.ts";
import type { AppContext } from "../app-env.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { readJsonBody } from "../body/read-json-body.ts";
import { requirePrincipal } from "../require-principal.ts";

type Dependencies = Pick<AppDependencies, "completions">;

/** `GET /v1/chat/completions` */
export function listStoredCompletions({ completions }: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    const query = parseStoredCompletionsQuery(queryOf(context));
    const page = await completions.listCompletions(requirePrincipal(context), query);
    if (page === undefined) throw noSuchCursor("chat completion", query.after ?? "");
    return context.json(formatStoredList(page, formatStoredCompletion));
  };
}

/** `GET /v1/chat/completions/{id}` */
export function showStoredCompletion({ completions }: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    const id = idOf(context);
    const completion = await completions.findCompletion(requirePrincipal(context), id);
    if (completion === undefined) throw noSuchCompletion(id);
    return context.json(formatStoredCompletion(completion));
  };
}

/** `POST /v1/chat/completions/{id}` */
export function updateStoredCompletion({
  completions,
  options,
}: Pick<AppDependencies, "completions" | "options">) {
  return async (context: AppContext): Promise<Response> => {
    const id = idOf(context);
    const metadata = parseStoredUpdate(await readJsonBody(context, options.maxBodyBytes));
    const completion = await completions.updateMetadata(requirePrincipal(context), id, metadata);
    if (completion === undefined) throw noSuchCompletion(id);
    return context.json(formatStoredCompletion(completion));
  };
}

/** `DELETE /v1/chat/completions/{id}` */
export function removeStoredCompletion({
  completions,
  clock,
}: Pick<AppDependencies, "completions" | "clock">) {
  return async (context: AppContext): Promise<Response> => {
    const id = idOf(context);
    const isDeleted = await completions.deleteCompletion(requirePrincipal(context), id, clock());
    if (!isDeleted) throw noSuchCompletion(id);
    return context.json({ object: "chat.completion.deleted", id, deleted: true });
  };
}

/** `GET /v1/chat/completions/{id}/messages` */
export function listStoredMessages({ completions }: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    const id = idOf(context);
    const query = parseStoredMessagesQuery(queryOf(context), id);
    const page = await completions.listMessages(requirePrincipal(context), id, query);
    if (page === undefined) throw noSuchCompletion(id);
    return context.json(formatStoredList(page, (message) => formatStoredMessage(id, message)));
  };
}

function queryOf(context: AppContext): URLSearchParams {
  return new URL(context.req.url).searchParams;
}
