import type { DescribedRoute, RouteDescription } from "../../protocols/admin/format-openapi.ts";
import { decisionSchema } from "../../protocols/approvals/parse-decision.ts";
import {
  chatCompletionSchema,
  deletedChatCompletionSchema,
  storedChatCompletionSchema,
} from "../../protocols/chat-completions/chat-answer-schema.ts";
import { chatRequestSchema } from "../../protocols/chat-completions/chat-request-schema.ts";
import { completionRequestSchema } from "../../protocols/chat-completions/legacy/parse-completion-request.ts";
import { uploadSchema } from "../../protocols/files/upload-schema.ts";
import { listSchema } from "../../protocols/list-schema.ts";
import { messagesRequestSchema, promptSchema } from "../../protocols/messages/messages-request-schema.ts";
import { modelListBodySchema, modelBodySchema } from "../../protocols/models/model-schemas.ts";
import {
  conversationUpdateSchema,
  newConversationSchema,
  newItemsSchema,
} from "../../protocols/openai-conversations/conversation-body.ts";
import { compactionSchema } from "../../protocols/responses/compaction.ts";
import {
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
  }),
  route("post", "/v1/completions", {
    summary: "A completion of a text, as OpenAI's older API has it.",
    body: completionRequestSchema,
    types: OR_STREAM,
  }),

  route("post", "/v1/conversations", {
    summary: "Make a conversation with items.",
    body: newConversationSchema,
  }),
  route("get", "/v1/conversations/:id", { summary: "A conversation with items." }),
  route("post", "/v1/conversations/:id", {
    summary: "Replace a conversation's metadata.",
    body: conversationUpdateSchema,
  }),
  route("delete", "/v1/conversations/:id", { summary: "Delete a conversation with items." }),
  route("get", "/v1/conversations/:id/items", { summary: "The items of a conversation.", query: PAGE }),
  route("post", "/v1/conversations/:id/items", {
    summary: "Add items to a conversation.",
    body: newItemsSchema,
  }),
  route("get", "/v1/conversations/:id/items/:itemId", { summary: "An item of a conversation." }),
  route("delete", "/v1/conversations/:id/items/:itemId", { summary: "Delete an item of a conversation." }),

  route("post", "/v1/files", {
    summary: "Upload a file.",
    body: uploadSchema,
    bodyType: "multipart/form-data",
  }),
  route("get", "/v1/files", {
    summary: "The files of this key.",
    query: { ...PAGE, purpose: "Only with this purpose." },
  }),
  route("get", "/v1/files/:id", { summary: "A file." }),
  route("get", "/v1/files/:id/content", {
    summary: "The content of a file.",
    types: ["application/octet-stream"],
  }),
  route("delete", "/v1/files/:id", { summary: "Delete a file." }),

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
    types: OR_STREAM,
  }),
  route("post", "/v1/messages/count_tokens", {
    summary: "How many input tokens a message would have.",
    body: promptSchema,
  }),
  route("get", "/v1/models", { summary: "The models that this key may use.", answer: modelListBodySchema }),
  route("get", "/v1/models/:id{.+}", { summary: "A model.", answer: modelBodySchema }),

  route("get", "/approvals", { summary: "The calls that wait for an answer." }),
  route("get", "/approvals/stream", { summary: "They as they come and go.", types: [STREAM] }),
  route("get", "/approvals/:id", { summary: "A call that waits for an answer." }),
  route("post", "/approvals/:id", { summary: "Allow or deny a call.", body: decisionSchema }),
  route("get", "/turns/:id/changes", { summary: "What a turn changed in its folder." }),
  route("post", "/turns/:id/undo", { summary: "Take back what a turn changed." }),
  route("get", "/changes/:id/content", {
    summary: "A changed file as it was before or is after.",
    query: { version: "before or after." },
    types: ["application/octet-stream"],
  }),
  route("get", "/conversations", { summary: "The conversations of this key." }),
  route("get", "/conversations/:path{.+/changes}", { summary: "What the turns of a conversation changed." }),
  route("get", "/conversations/:path{.+/diff}", {
    summary: "What differs in the folder of a conversation from where it was made of.",
  }),
  route("post", "/conversations/:path{.+/apply}", {
    summary: "Bring what differs in the folder of a conversation to where it was made of.",
  }),
  route("get", "/conversations/:id{.+}", { summary: "A conversation, by its name or id." }),
  route("delete", "/conversations/:id{.+}", { summary: "Delete a conversation." }),
];

function route(method: Method, path: string, description: RouteDescription): DescribedRoute {
  return { method, path, description };
}

function open(path: string, summary: string): DescribedRoute {
  return { method: "get", path, isPublic: true, description: { summary } };
}
