import { Hono } from "hono";
import { getPath } from "hono/utils/url";

import { countByEstimate } from "../core/tokens/count-tokens.ts";
import type { AppDependencies } from "./app-dependencies.ts";
import type { AppEnv } from "./app-env.ts";
import { respondError } from "./answers/error-response.ts";
import { answerHead } from "./middleware/answer-head-requests.ts";
import { allowCors } from "./middleware/allow-cors.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { checkHost } from "./middleware/check-host.ts";
import { checkOrigin } from "./middleware/check-origin.ts";
import { endFeeds } from "./middleware/end-feeds.ts";
import { recordRequest } from "./middleware/record-request.ts";
import { tellLimits } from "./middleware/tell-limits.ts";
import { takeRefusedBody } from "./middleware/take-refused-body.ts";
import { addDashboard } from "./dashboard/add-dashboard.ts";
import { belowConversation } from "./below-conversation.ts";
import { normalizePath } from "./normalize-path.ts";
import { respondNotFound } from "./answers/respond-not-found.ts";
import { followConversations } from "../service/conversations/follow-conversations.ts";
import { decideApproval, listApprovals, showApproval, streamApprovals } from "./routes/approvals.ts";
import {
  listConversationChanges,
  showChangedContent,
  showTurnChanges,
  undoTurnChanges,
} from "./routes/changes.ts";
import { serveChatCompletions } from "./routes/chat-completions.ts";
import { serveCompletions } from "./routes/completions.ts";
import { listConversations, removeConversation, showConversation } from "./routes/conversations.ts";
import { hearEngineHooks, HOOKS_PATH } from "./routes/engine-hooks.ts";
import { listFiles, removeFile, showFile, showFileContent, uploadFile } from "./routes/files.ts";
import { showHealth, showIndex, showLiveness, showReadiness } from "./routes/health.ts";
import { countMessageTokens, serveMessages } from "./routes/messages.ts";
import { listModels, showModel } from "./routes/models.ts";
import {
  createItems,
  createConversation,
  listItems,
  removeItemConversation,
  removeItem,
  showItemConversation,
  showItem,
  updateConversation,
} from "./routes/openai-conversations.ts";
import { countResponseTokens } from "./routes/response-tokens.ts";
import { createResponse } from "./routes/responses.ts";
import { compactConversation } from "./routes/responses-compact.ts";
import {
  listStoredCompletions,
  listStoredMessages,
  removeStoredCompletion,
  showStoredCompletion,
  updateStoredCompletion,
} from "./routes/stored-completions.ts";
import { cancelResponse, listInputItems, removeResponse, showResponse } from "./routes/stored-responses.ts";
import { applyWorkspaceChanges, showWorkspaceDiff } from "./routes/workspaces.ts";
import { acceptResponseSocket } from "./websocket/accept-response-socket.ts";

const DEFAULTS = {
  clock: Date.now,
  countTokens: countByEstimate,
  hearRequest: () => {},
} satisfies Partial<AppDependencies>;

type GivenDependencies = Omit<AppDependencies, keyof typeof DEFAULTS> & Partial<AppDependencies>;

/** The whole HTTP interface. Every request is recorded, then checked (host, origin, key), then routed. */
export function createApp(given: GivenDependencies): Hono<AppEnv> {
  const dependencies: AppDependencies = {
    ...DEFAULTS,
    ...given,
  };
  const { clock, options } = dependencies;
  const following = { ...dependencies, runTurn: followConversations(dependencies.runTurn, dependencies) };
  const app = new Hono<AppEnv>({ getPath: (request) => normalizePath(getPath(request)) });

  app.onError(respondError);
  app.notFound((context) => respondNotFound(app, context));

  // Before requests are recorded: there is one for every line that Claude Code shows.
  if (dependencies.engineHooks?.length) app.post(HOOKS_PATH, hearEngineHooks(dependencies.engineHooks));
  app.use(recordRequest(dependencies, clock));
  app.use(takeRefusedBody());
  app.use(answerHead());
  app.use(checkHost(options.host, options.allowedHosts));
  if (dependencies.dashboard) addDashboard(app, dependencies.dashboard.files);
  app.use(checkOrigin(options.corsOrigins));
  app.use(allowCors(options.corsOrigins));
  app.use(authenticate(options, options.openPaths));
  app.use(endFeeds(options));
  app.use(tellLimits(dependencies.reportLimits, clock));

  app.get("/", showIndex(dependencies));
  app.get("/health", showHealth(dependencies));
  app.get("/health/live", showLiveness());
  app.get("/health/ready", showReadiness(dependencies));

  app.post("/v1/chat/completions", serveChatCompletions(following));
  app.get("/v1/chat/completions", listStoredCompletions(dependencies));
  app.get("/v1/chat/completions/:id", showStoredCompletion(dependencies));
  app.post("/v1/chat/completions/:id", updateStoredCompletion(dependencies));
  app.delete("/v1/chat/completions/:id", removeStoredCompletion(dependencies));
  app.get("/v1/chat/completions/:id/messages", listStoredMessages(dependencies));
  app.post("/v1/completions", serveCompletions(dependencies));
  app.post("/v1/conversations", createConversation(dependencies));
  app.get("/v1/conversations/:id", showItemConversation(dependencies));
  app.post("/v1/conversations/:id", updateConversation(dependencies));
  app.delete("/v1/conversations/:id", removeItemConversation(dependencies));
  app.get("/v1/conversations/:id/items", listItems(dependencies));
  app.post("/v1/conversations/:id/items", createItems(dependencies));
  app.get("/v1/conversations/:id/items/:itemId", showItem(dependencies));
  app.delete("/v1/conversations/:id/items/:itemId", removeItem(dependencies));
  app.post("/v1/files", uploadFile(dependencies));
  app.get("/v1/files", listFiles(dependencies));
  app.get("/v1/files/:id", showFile(dependencies));
  app.get("/v1/files/:id/content", showFileContent(dependencies));
  app.delete("/v1/files/:id", removeFile(dependencies));
  app.post("/v1/responses", createResponse(dependencies));
  app.get("/v1/responses", acceptResponseSocket(dependencies));
  app.post("/v1/responses/compact", compactConversation(dependencies));
  app.post("/v1/responses/input_tokens", countResponseTokens(dependencies));
  app.get("/v1/responses/:id", showResponse(dependencies));
  app.delete("/v1/responses/:id", removeResponse(dependencies));
  app.post("/v1/responses/:id/cancel", cancelResponse(dependencies));
  app.get("/v1/responses/:id/input_items", listInputItems(dependencies));
  app.post("/v1/messages", serveMessages(following));
  app.post("/v1/messages/count_tokens", countMessageTokens(dependencies));
  // Model ids and conversation names may hold slashes, sent plain or as %2F.
  app.get("/v1/models", listModels(dependencies));
  app.get("/v1/models/:id{.+}", showModel(dependencies));

  app.get("/approvals", listApprovals(dependencies));
  app.get("/approvals/stream", streamApprovals(dependencies));
  app.get("/approvals/:id", showApproval(dependencies));
  app.post("/approvals/:id", decideApproval(dependencies));
  app.get("/turns/:id/changes", showTurnChanges(dependencies));
  app.post("/turns/:id/undo", undoTurnChanges(dependencies));
  app.get("/changes/:id/content", showChangedContent(dependencies));
  app.get("/conversations", listConversations(dependencies));
  app.get(belowConversation("changes"), listConversationChanges(dependencies));
  app.get(belowConversation("diff"), showWorkspaceDiff(dependencies));
  app.post(belowConversation("apply"), applyWorkspaceChanges(dependencies));
  app.get("/conversations/:id{.+}", showConversation(dependencies));
  app.delete("/conversations/:id{.+}", removeConversation(dependencies));
  return app;
}
