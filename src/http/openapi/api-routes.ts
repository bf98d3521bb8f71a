import type { DescribedRoute, RouteDescription } from "../../protocols/admin/format-openapi.ts";
import { approvalListSchema, approvalSchema } from "../../protocols/approvals/approval-schema.ts";
import { decisionSchema } from "../../protocols/approvals/parse-decision.ts";
import {
  chatCompletionSchema,
  completionSchema,
  deletedChatCompletionSchema,
  storedChatCompletionSchema,
  storedMessageSchema,
} from "../../protocols/chat-completions/chat-answer-schema.ts";
import {
  turnChangesListSchema,
  turnChangesSchema,
  turnUndoSchema,
  workspaceApplySchema,
  workspaceDiffSchema,
} from "../../protocols/changes/changes-schema.ts";
import { chatRequestSchema } from "../../protocols/chat-completions/chat-request-schema.ts";
import { completionRequestSchema } from "../../protocols/chat-completions/legacy/parse-completion-request.ts";
import {
  conversationDetailsSchema,
  conversationListSchema,
  removedConversationSchema,
} from "../../protocols/conversations/conversation-schema.ts";
import { deletedFileSchema, fileSchema } from "../../protocols/files/file-schema.ts";
import { uploadSchema } from "../../protocols/files/upload-schema.ts";
import { listSchema } from "../../protocols/list-schema.ts";
import { messageSchema, messageTokensSchema } from "../../protocols/messages/message-schema.ts";
import { messagesRequestSchema, promptSchema } from "../../protocols/messages/messages-request-schema.ts";
import { modelListBodySchema, modelBodySchema } from "../../protocols/models/model-schemas.ts";
import {
  conversationUpdateSchema,
  newConversationSchema,
  newItemsSchema,
} from "../../protocols/openai-conversations/conversation-body.ts";
import {
  deletedConversationSchema,
  itemConversationSchema,
} from "../../protocols/openai-conversations/conversation-schema.ts";
import { compactionSchema } from "../../protocols/responses/compaction.ts";
import {
  compactionAnswerSchema,
  deletedResponseSchema,
  inputItemSchema,
  inputTokensSchema,
  responseSchema,
} from "../../protocols/responses/output/response-schema.ts";
import { responsesRequestSchema } from "../../protocols/responses/request/responses-request-schema.ts";

type Method = "get" | "post" | "delete";

const STREAM = "text/event-stream";
const OR_STREAM = ["application/json", STREAM];
const PAGE = {
  limit: "How many at most.",
  order: "asc or desc, by time.",
  after: "The id of the last one of the page before.",
};

/** Every route outside of the admin API, as `createApp` registers them. */
export const API_ROUTES: readonly DescribedRoute[] = [
  open("/", "What this is, and where its parts are."),
  open("/health", "Whether it can answer, and why not."),
  open("/health/live", "Whether it runs."),
  open("/health/ready", "Whether it can answer; 503 when not."),
  open("/openapi.json", "This document."),

  route("post", "/v1/chat/completions", {
    summary: "A chat completion, as OpenAI's.",
    body: chatRequestSchema,
    answer: chatCompletionSchema,
    types: OR_STREAM,
  }),
  route("get", "/v1/chat/completions", {
    summary: "Stored chat completions.",
    query: { ...PAGE, model: "Only of this model.", "metadata[key]": "Only with this value." },
    answer: listSchema(storedChatCompletionSchema),
  }),
  route("get", "/v1/chat/completions/:id", {
    summary: "A stored chat completion.",
    answer: storedChatCompletionSchema,
  }),
  route("post", "/v1/chat/completions/:id", {
    summary: "Replace the metadata of a stored chat completion.",
    body: conversationUpdateSchema,
    answer: storedChatCompletionSchema,
  }),
  route("delete", "/v1/chat/completions/:id", {
    summary: "Delete a stored chat completion.",
    answer: deletedChatCompletionSchema,
  }),
  route("get", "/v1/chat/completions/:id/messages", {
    summary: "The messages of a stored chat completion.",
    query: PAGE,
    answer: listSchema(storedMessageSchema),
  }),
  route("post", "/v1/completions", {
    summary: "A completion of a text, as OpenAI's older API has it.",
    body: completionRequestSchema,
    answer: completionSchema,
    types: OR_STREAM,
  }),

  route("post", "/v1/conversations", {
    summary: "Make a conversation with items.",
    body: newConversationSchema,
    answer: itemConversationSchema,
  }),
  route("get", "/v1/conversations/:id", {
    summary: "A conversation with items.",
    answer: itemConversationSchema,
  }),
  route("post", "/v1/conversations/:id", {
    summary: "Replace a conversation's metadata.",
    body: conversationUpdateSchema,
    answer: itemConversationSchema,
  }),
  route("delete", "/v1/conversations/:id", {
    summary: "Delete a conversation with items.",
    answer: deletedConversationSchema,
  }),
  route("get", "/v1/conversations/:id/items", {
    summary: "The items of a conversation.",
    query: PAGE,
    answer: listSchema(inputItemSchema),
  }),
  route("post", "/v1/conversations/:id/items", {
    summary: "Add items to a conversation.",
    body: newItemsSchema,
    answer: listSchema(inputItemSchema),
  }),
  route("get", "/v1/conversations/:id/items/:itemId", {
    summary: "An item of a conversation.",
    answer: inputItemSchema,
  }),
  route("delete", "/v1/conversations/:id/items/:itemId", {
    summary: "Delete an item of a conversation.",
    answer: itemConversationSchema,
  }),

  route("post", "/v1/files", {
    summary: "Upload a file.",
    body: uploadSchema,
    bodyType: "multipart/form-data",
    answer: fileSchema,
  }),
  route("get", "/v1/files", {
    summary: "The files of this key.",
    query: { ...PAGE, purpose: "Only with this purpose." },
    answer: listSchema(fileSchema),
  }),
  route("get", "/v1/files/:id", { summary: "A file.", answer: fileSchema }),
  route("get", "/v1/files/:id/content", {
    summary: "The content of a file.",
    types: ["application/octet-stream"],
  }),
  route("delete", "/v1/files/:id", { summary: "Delete a file.", answer: deletedFileSchema }),

  route("post", "/v1/responses", {
    summary: "A response, as OpenAI's; with `background` it goes on by itself.",
    body: responsesRequestSchema,
    answer: responseSchema,
    types: OR_STREAM,
  }),
  route("get", "/v1/responses", { summary: "A WebSocket for responses.", status: 101 }),
  route("post", "/v1/responses/compact", {
    summary: "Sum up what has been said so far.",
    body: compactionSchema,
    answer: compactionAnswerSchema,
  }),
  route("post", "/v1/responses/input_tokens", {
    summary: "How many input tokens a response would have.",
    body: responsesRequestSchema,
    answer: inputTokensSchema,
  }),
  route("get", "/v1/responses/:id", {
    summary: "A stored response, or its events.",
    answer: responseSchema,
    types: OR_STREAM,
    query: { stream: "true for its events.", starting_after: "The number of the last event that is known." },
  }),
  route("delete", "/v1/responses/:id", { summary: "Delete a response.", answer: deletedResponseSchema }),
  route("post", "/v1/responses/:id/cancel", {
    summary: "Cancel a response in the background.",
    answer: responseSchema,
  }),
  route("get", "/v1/responses/:id/input_items", {
    summary: "What a response was asked.",
    query: PAGE,
    answer: listSchema(inputItemSchema),
  }),

  route("post", "/v1/messages", {
    summary: "A message, as Anthropic's.",
    body: messagesRequestSchema,
    answer: messageSchema,
    types: OR_STREAM,
  }),
  route("post", "/v1/messages/count_tokens", {
    summary: "How many input tokens a message would have.",
    body: promptSchema,
    answer: messageTokensSchema,
  }),
  route("get", "/v1/models", {
    summary: "The models that this key may use.",
    query: {
      limit: "How many at most; in Anthropic's form, for who names a version of its API.",
      after_id: "The last one of the page before, in that form.",
      before_id: "The first one of the page after, in that form.",
    },
    answer: modelListBodySchema,
  }),
  route("get", "/v1/models/:id{.+}", { summary: "A model.", answer: modelBodySchema }),

  route("get", "/approvals", {
    summary: "The calls that wait for an answer.",
    answer: approvalListSchema,
  }),
  route("get", "/approvals/stream", { summary: "They as they come and go.", types: [STREAM] }),
  route("get", "/approvals/:id", {
    summary: "A call that waits for an answer, or was answered lately.",
    answer: approvalSchema,
  }),
  route("post", "/approvals/:id", {
    summary: "Allow or deny a call.",
    body: decisionSchema,
    answer: approvalSchema,
  }),
  route("get", "/turns/:id/changes", {
    summary: "What a turn changed in its folder.",
    answer: turnChangesSchema,
  }),
  route("post", "/turns/:id/undo", {
    summary: "Take back what a turn changed.",
    answer: turnUndoSchema,
  }),
  route("get", "/changes/:id/content", {
    summary: "A changed file as it was before or is after.",
    query: { version: "before or after." },
    types: ["application/octet-stream"],
  }),
  route("get", "/conversations", {
    summary: "The conversations of this key.",
    query: { limit: PAGE.limit, before: "The `updated_at` of the last one of the page before." },
    answer: conversationListSchema,
  }),
  route("get", "/conversations/:path{.+/changes}", {
    summary: "What the turns of a conversation changed.",
    query: { limit: PAGE.limit, after: PAGE.after },
    answer: turnChangesListSchema,
  }),
  route("get", "/conversations/:path{.+/diff}", {
    summary: "What differs in the folder of a conversation from where it was made of.",
    query: { format: "json or patch." },
    types: ["application/json", "text/x-diff"],
    answer: workspaceDiffSchema,
  }),
  route("post", "/conversations/:path{.+/apply}", {
    summary: "Bring what differs in the folder of a conversation to where it was made of.",
    answer: workspaceApplySchema,
  }),
  route("get", "/conversations/:id{.+}", {
    summary: "A conversation, by its name or id.",
    answer: conversationDetailsSchema,
  }),
  route("delete", "/conversations/:id{.+}", {
    summary: "Delete a conversation, or end its process.",
    query: { mode: "forget, the default, or evict." },
    answer: removedConversationSchema,
  }),
];

function route(method: Method, path: string, description: RouteDescription): DescribedRoute {
  return { method, path, description };
}

function open(path: string, summary: string): DescribedRoute {
  return { method: "get", path, isPublic: true, description: { summary } };
}
