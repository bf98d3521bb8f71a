import { request as sendRequest, type IncomingHttpHeaders, type RequestOptions } from "node:http";

import { MemoryConversationLock } from "../../src/cluster/memory/memory-conversation-lock.ts";
import { AppError } from "../../src/core/words/app-error.ts";
import { ApprovalDesk } from "../../src/core/approvals/approval-desk.ts";
import { noChangesKnown, type UndoTurn } from "../../src/core/file-changes/undo-turn.ts";
import { INLINE_SCHEMAS } from "../engine/inline-schemas.ts";
import type { ConversationId } from "../../src/core/words/ids.ts";
import type { Approvals } from "../../src/core/ports/approvals.ts";
import type { CompletionStore } from "../../src/core/ports/completion-store.ts";
import type { ConversationDirectory } from "../../src/core/ports/conversation-directory.ts";
import type { ConversationFolders } from "../../src/core/ports/conversation-folders.ts";
import type { ConversationItemStore } from "../../src/core/ports/conversation-items.ts";
import type { EngineHooks } from "../../src/core/ports/engine.ts";
import type { FileChangeStore } from "../../src/core/ports/file-change-store.ts";
import type { FileStore } from "../../src/core/ports/file-store.ts";
import type { HealthReport } from "../../src/core/ports/health.ts";
import type { JobQueue } from "../../src/core/ports/job-queue.ts";
import { type LogFields, type Logger, SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import type { ModelCatalogue } from "../../src/core/ports/model-catalogue.ts";
import type { ResponseStore } from "../../src/core/ports/response-store.ts";
import type { ReportLimits } from "../../src/core/ports/usage-limits.ts";
import type { RequestPolicy } from "../../src/core/requests/request-policy.ts";
import type { HearRequest } from "../../src/core/words/request-entry.ts";
import type { TurnEnd, TurnEvent, TurnStart } from "../../src/core/words/turn-event.ts";
import type { TurnRequest } from "../../src/core/words/turn-request.ts";
import { OwedWrites } from "../../src/core/turn/owed-writes.ts";
import { MemoryTurnRelay } from "../../src/cluster/memory/memory-turn-relay.ts";
import { createApp } from "../../src/http/create-app.ts";
import type { HttpOptions } from "../../src/http/http-options.ts";
import { listen, type ListenOptions } from "../../src/http/listen.ts";
import { ResponseJobs } from "../../src/service/responses/response-jobs.ts";
import { ResponseRuns } from "../../src/service/responses/response-runs.ts";
import { createSealedBox } from "../../src/lib/sealed-box.ts";
import { configuredKeys } from "../../src/service/access/configured-keys.ts";
import { CHAT_PROFILE, REQUEST_BOUNDS } from "../engine/turn-fixtures.ts";
import { expectAnswerDescribed } from "../schema/expect-described.ts";
import { NO_FOLDERS } from "../workspaces/no-folders.ts";

export const KEY = "tp-test-key";

/** What a turn is to do; events of any kind, for as long as it likes. */
export type TurnScript = (request: TurnRequest, signal: AbortSignal) => AsyncIterable<TurnEvent>;

type AppParts = Parameters<typeof createApp>[0];

export interface ScriptedServer {
  /** What it is made of, for another way in. */
  readonly parts: AppParts;
  readonly url: string;
  readonly port: number;
  readonly requests: TurnRequest[];
  readonly signals: AbortSignal[];
  readonly logLines: (LogFields & { readonly level: string; readonly event: string })[];
  health: HealthReport;
  /** Cuts what is open. */
  close(): Promise<void>;
  /** Lets running answers finish. */
  closeGently(): Promise<void>;
}

/** Knows `sonnet`, `vendor/model`, unlisted `claude-…` ids, and a conversation after a colon. */
const MODELS: ModelCatalogue = {
  resolve(modelId) {
    const [id = "", conversationName] = modelId.split(/:(.*)/s, 2);
    if (id !== "sonnet" && id !== "vendor/model" && !id.startsWith("claude-")) {
      throw new AppError({
        kind: "model-not-found",
        message: `The model \`${id}\` does not exist.`,
        param: "model",
      });
    }
    return {
      target: { modelId: id, profile: CHAT_PROFILE, model: id },
      ...(conversationName !== undefined && { conversationName }),
    };
  },
  list: () =>
    ["sonnet", "vendor/model"].map((id) => ({
      id,
      createdAt: 1_700_000_000,
      profile: CHAT_PROFILE,
      model: id,
      displayName: `The ${id}`,
    })),
};

/** Where requests may change nothing that the profile does not allow by itself. */
export const NO_REQUEST_POLICY: RequestPolicy = {
  bounds: { ...REQUEST_BOUNDS, commands: ["*"] },
  folders: {
    resolve: (path, _, param) =>
      Promise.reject(
        new AppError({ kind: "forbidden", message: `Not '${path}' (setting requests.folders).`, param }),
      ),
  },
  configuredServers: {},
  allowsBypass: false,
};

export const NO_CONVERSATIONS: ConversationDirectory = {
  list: async () => [],
  find: async () => undefined,
  remove: async () => false,
};

/** Where nothing is kept. */
export const NO_COMPLETIONS: CompletionStore = {
  isEnabled: false,
  saveCompletion: async () => {},
  findCompletion: async () => undefined,
  listCompletions: async () => ({ items: [], hasMore: false }),
  listMessages: async () => undefined,
  updateMetadata: async () => undefined,
  deleteCompletion: async () => false,
};

/** Where no responses are kept. */
export const NO_RESPONSES: ResponseStore = {
  isEnabled: false,
  createResponse: async () => {},
  updateResponse: async () => {},
  findResponse: async () => undefined,
  loadChain: async () => undefined,
  loadEvents: async () => undefined,
  deleteResponse: async () => false,
  failUnfinished: async () => 0,
  purgeContent: async () => {},
};

/** Where background responses end with their server. */
export const NO_JOBS: JobQueue = {
  add: async () => {},
  begin: async () => true,
  claim: async () => [],
  withdraw: async () => false,
};

/** Where conversations have no items. */
export const NO_ITEMS: ConversationItemStore = {
  isEnabled: false,
  createConversation: async () => {},
  adoptConversation: async () => false,
  findConversation: async () => undefined,
  updateMetadata: async () => undefined,
  loadItems: async () => [],
  listItems: async () => undefined,
  findItem: async () => undefined,
  appendItems: async () => false,
  replaceItems: async () => false,
  deleteItem: async () => false,
};

/** Where no files are kept. */
export const NO_FILES: FileStore = {
  isEnabled: false,
  beginUpload: () => Promise.reject(new Error("No files are kept.")),
  findFile: async () => undefined,
  listFiles: async () => ({ items: [], hasMore: false }),
  readFile: async () => undefined,
  deleteFile: async () => false,
  sweepFiles: async () => {},
};

/** Where no turn has changed a file. */
export const NO_FILE_CHANGES: FileChangeStore = {
  saveChanges: async () => [],
  findChanges: async () => undefined,
  loadChanges: async () => undefined,
  listChanges: async () => ({ items: [], hasMore: false }),
  loadContent: async () => undefined,
  markUndone: async () => {},
};

const READY: HealthReport = {
  status: "ready",
  version: "0.0.0-test",
  uptimeSeconds: 1,
  engine: { name: "scripted", isLoggedIn: true, credentialSource: "test" },
  sessions: { idle: 0, busy: 0, starting: 0, limit: 1 },
  spares: { ready: 0, starting: 0, limit: 1 },
  turns: { running: 0, queued: 0, limit: 1, queueLimit: 1 },
  mcpServers: [],
};

/** The whole HTTP side on a real port, with turns that follow a script. */
export async function startScriptedServer(
  script: TurnScript,
  given: {
    readonly options?: Partial<HttpOptions>;
    readonly models?: ModelCatalogue;
    readonly requestPolicy?: Partial<RequestPolicy>;
    readonly approvals?: Approvals;
    readonly conversations?: ConversationDirectory;
    readonly conversationFolders?: ConversationFolders;
    readonly completions?: CompletionStore;
    readonly responses?: ResponseStore;
    readonly responseRuns?: ResponseRuns;
    readonly files?: FileStore;
    readonly fileChanges?: FileChangeStore;
    readonly undoTurn?: UndoTurn;
    readonly items?: ConversationItemStore;
    readonly engineHooks?: readonly EngineHooks[];
    readonly timeouts?: Partial<ListenOptions>;
    readonly reportLimits?: ReportLimits;
    readonly clock?: () => number;
    /** Adds routes that only some servers have. */
    readonly addRoutes?: (app: ReturnType<typeof createApp>) => void;
    readonly hearRequest?: HearRequest;
    readonly keepsContent?: boolean;
    readonly dashboard?: AppParts["dashboard"];
  } = {},
): Promise<ScriptedServer> {
  const requests: TurnRequest[] = [];
  const signals: AbortSignal[] = [];
  const logLines: ScriptedServer["logLines"] = [];
  const parts: AppParts = {
    runTurn(request, signal) {
      requests.push(request);
      signals.push(signal);
      return script(request, signal);
    },
    models: given.models ?? MODELS,
    requestPolicy: { ...NO_REQUEST_POLICY, ...given.requestPolicy },
    approvals: given.approvals ?? new ApprovalDesk({ timeoutMs: 60_000, clock: Date.now }),
    conversations: given.conversations ?? NO_CONVERSATIONS,
    conversationFolders: given.conversationFolders ?? NO_FOLDERS,
    completions: given.completions ?? NO_COMPLETIONS,
    responses: given.responses ?? NO_RESPONSES,
    responseRuns: given.responseRuns ?? new ResponseRuns(),
    owedWrites: new OwedWrites(SILENT_LOGGER),
    turnRelay: new MemoryTurnRelay(),
    jobs: new ResponseJobs(NO_JOBS),
    conversationLock: new MemoryConversationLock(),
    sealedBox: createSealedBox(new Uint8Array(32)),
    files: given.files ?? NO_FILES,
    fileChanges: given.fileChanges ?? NO_FILE_CHANGES,
    undoTurn: given.undoTurn ?? (() => Promise.reject(noChangesKnown())),
    items: given.items ?? NO_ITEMS,
    schemas: INLINE_SCHEMAS,
    ...(given.engineHooks && { engineHooks: given.engineHooks }),
    ...(given.dashboard && { dashboard: given.dashboard }),
    ...(given.hearRequest && { hearRequest: given.hearRequest }),
    keepsContent: () => given.keepsContent ?? false,
    ...(given.clock && { clock: given.clock }),
    ...(given.reportLimits && { reportLimits: given.reportLimits }),
    health: () => server.health,
    logger: recordingLogger(logLines),
    options: {
      host: "127.0.0.1",
      keys: configuredKeys({ type: "keys", keys: [KEY, "tp-other-key"] }),
      allowedHosts: [],
      corsOrigins: [],
      maxBodyBytes: 1_000_000,
      keepAliveMs: 10_000,
      ...given.options,
    },
  };
  const app = createApp(parts);
  given.addRoutes?.(app);
  const listening = await listen(app, {
    host: "127.0.0.1",
    port: 0,
    headersTimeoutMs: 10_000,
    bodyTimeoutMs: 10_000,
    idleSocketMs: 10_000,
    stalledClientMs: 10_000,
    ...given.timeouts,
  });
  const server: ScriptedServer = {
    url: listening.url,
    port: listening.port,
    parts,
    requests,
    signals,
    logLines,
    health: READY,
    close: () => listening.close(AbortSignal.abort()),
    closeGently: () => listening.close(),
  };
  return server;
}

function recordingLogger(lines: ScriptedServer["logLines"]): Logger {
  const record = (level: string) => (event: string, fields?: LogFields) => {
    lines.push({ level, event, ...fields });
  };
  return {
    error: record("error"),
    info: record("info"),
    debug: record("debug"),
    trace: record("trace"),
    child: () => recordingLogger(lines),
  };
}

export function turnStart(request: TurnRequest): TurnStart {
  // Proof for the cast: no other conversation exists in these tests.
  const conversationId = "conv_scripted" as ConversationId;
  return {
    type: "turn-start",
    turnId: request.turnId,
    conversationId,
    conversationName: request.conversationName ?? conversationId,
    placement: "hot",
    workspace: request.target.profile.workspace,
  };
}

export const TURN_END: TurnEnd = {
  type: "turn-end",
  reason: "end",
  usage: { inputTokens: 10, cacheReadTokens: 20, cacheWriteTokens: 5, outputTokens: 7, reasoningTokens: 3 },
  costUsd: 0.01,
};

/** A turn that says these texts. */
export function say(...texts: readonly string[]): TurnScript {
  return async function* (request) {
    yield turnStart(request);
    for (const text of texts) yield { type: "text-delta", text };
    yield TURN_END;
  };
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: unknown;
}

/**
 * One request by node:http, which sends any header exactly as given; `fetch` refuses to set Host or Origin. What it is answered
 * must be as /openapi.json says.
 */
export function sendRaw(
  server: ScriptedServer,
  options: RequestOptions & { readonly body?: string | Uint8Array | undefined },
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { body, ...rest } = options;
    const request = sendRequest({ host: "127.0.0.1", port: server.port, agent: false, ...rest }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        try {
          const text = Buffer.concat(chunks).toString();
          const isJson = answer.headers["content-type"]?.includes("json") ?? false;
          const json: unknown = isJson && text !== "" ? JSON.parse(text) : undefined;
          if (answer.statusCode === 200 && json !== undefined) {
            expectAnswerDescribed(rest.method ?? "GET", String(rest.path), json);
          }
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, json });
        } catch (error) {
          reject(error as Error);
        }
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

export const CHAT_PATH = "/v1/chat/completions";
export const JSON_HEADERS = { authorization: `Bearer ${KEY}`, "content-type": "application/json" };

export function chatBody(extra: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ model: "sonnet", messages: [{ role: "user", content: "hello" }], ...extra });
}

/** A chat completion by hand, for what the official client would not send or show. */
export function postChat(
  server: ScriptedServer,
  extra: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  return sendRaw(server, {
    method: "POST",
    path: CHAT_PATH,
    headers: { ...JSON_HEADERS, ...headers },
    body: chatBody(extra),
  });
}
