import type {
  EngineSession,
  EngineSpare,
  EngineStandby,
  SessionSpec,
  SessionStart,
} from "./engine-session.ts";
import type { ClientTool } from "../words/client-tool.ts";
import type { Message } from "../words/message.ts";
import type { ProcessKind } from "../turn/process-kind.ts";
import type { TranscriptEntry } from "../words/transcript.ts";

/** Claude Code does not do here what a worker needs. Nothing has reached the model; use a session instead. */
export class WorkersUnavailable extends Error {
  override readonly name = "WorkersUnavailable";
}

/** This machine lacks what an engine needs. The words are for the person who starts the server. */
export class EngineUnavailable extends Error {
  override readonly name = "EngineUnavailable";
  readonly problem: string;
  readonly remedy: string;

  constructor(problem: string, remedy: string, options?: ErrorOptions) {
    super(`${problem} ${remedy}`, options);
    this.problem = problem;
    this.remedy = remedy;
  }
}

/** What the account offers, as Claude Code reports it without a model call. */
export interface EngineAccount {
  readonly isLoggedIn: boolean;
  /** Where the credentials come from, such as `ANTHROPIC_API_KEY`; for people to read, never a secret. */
  readonly source: string;
  readonly models: readonly EngineModel[];
}

export interface EngineModel {
  /** The short name that Claude Code accepts, such as `sonnet`. */
  readonly id: string;
  /** The full id it stands for. */
  readonly resolvedId?: string;
  readonly displayName: string;
}

/** What an engine can do besides answering. Requests for anything it cannot do are refused before anything starts. */
export interface EngineCapabilities {
  /** Tools that the client declares and runs. */
  readonly clientTools: boolean;
  /** Claude Code's own tools. */
  readonly builtinTools: boolean;
  /** MCP servers that a request names. */
  readonly requestedServers: boolean;
  /** Commands and skills that a request names. */
  readonly commands: boolean;
  /** Another model than its own. */
  readonly models: boolean;
  /** Sampling and effort. Stop sequences need no engine, and a limit of tokens is not enforced without it. */
  readonly sampling: boolean;
  /** Answers in a form that the client gives. */
  readonly outputFormats: boolean;
  /** Images and files. */
  readonly media: boolean;
  /** Why some are missing where they need not be: a sentence for who asks for one. */
  readonly whyFewer?: string;
}

export const EVERY_CAPABILITY: EngineCapabilities = {
  clientTools: true,
  builtinTools: true,
  requestedServers: true,
  commands: true,
  models: true,
  sampling: true,
  outputFormats: true,
  media: true,
};

/** What an engine can tell of itself at any time, for people and for those who supervise the server. */
export interface EngineState {
  /** Why it runs no turn now, although it has a login. */
  readonly problem?: string;
  /** Names and words without secrets, for `/health`. */
  readonly facts: Readonly<Record<string, string>>;
}

/** What hooks of Claude Code tell the engine over HTTP, from this machine. */
export interface EngineHooks {
  /** Sent with each by the hooks that may. */
  readonly secret: string;
  /** Resolves with what the hook is answered, as JSON. `signal` aborts when nobody waits for it any more. */
  hear(body: unknown, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>>;
}

/** A way to run Claude Code. */
export interface Engine {
  /** The name that profiles use. */
  readonly name: string;
  /** May be known exactly only when the account has been described. */
  readonly capabilities: EngineCapabilities;
  /** Absent: there is nothing to tell, and it is ready whenever it has a login. */
  readonly state?: () => EngineState;
  /** Absent: no hook calls it. */
  readonly hooks?: EngineHooks;
  /**
   * Whether these tools can be offered to the model unchanged in such a process.
   * @throws AppError `invalid-request` naming the first tool that cannot
   */
  checkTools(kind: ProcessKind, tools: readonly ClientTool[]): void;
  /**
   * Whether turns of this kind run on workers: processes that hold no conversation and are given the whole history with each
   * turn. Absent: the engine has none.
   */
  hasWorkers?(kind: ProcessKind): boolean;
  /**
   * Starts a worker for turns of this kind.
   * @throws WorkersUnavailable when Claude Code does not do here what a worker needs; `hasWorkers` is false from then on
   */
  startWorker?(kind: ProcessKind, signal: AbortSignal): Promise<EngineSession>;
  /** Absent: a new process is started for each session. */
  startSpare?(kind: ProcessKind, signal: AbortSignal): Promise<EngineSpare>;
  /** Starts a process ahead of a conversation that is to be resumed. Absent: none can wait for a history here. */
  startStandby?(spec: SessionSpec, signal: AbortSignal): Promise<EngineStandby>;
  /**
   * Starts a session with `history` as the preceding messages: complete messages, the last one the assistant's. Its first turn
   * must be run with `firstTurn`, which may start immediately.
   */
  startSession(start: SessionStart, signal: AbortSignal): Promise<EngineSession>;
  /** Converts neutral messages to the engine's own history format. */
  toTranscript(messages: readonly Message[]): readonly TranscriptEntry[];
  /** The ids of the calls in a history that have no result. */
  openCallIds(history: readonly TranscriptEntry[]): readonly string[];
  /**
   * Prepares a folder for a session of this kind, before the session is opened. Returns the notes (CLAUDE.md) of the folder and
   * of those above it, as text for the model, if the kind gets them. Runs nothing from the folder.
   */
  prepareFolder(kind: ProcessKind, workspace: string): Promise<Pick<SessionSpec, "notes">>;
  describeAccount(signal: AbortSignal): Promise<EngineAccount>;
  /**
   * The full id of the model that answers to this name in such processes, as far as any of them has reported it; otherwise what
   * the name stands for in other processes, or the name itself.
   */
  resolveModel(model: string, sources: Pick<ProcessKind, "environment" | "settingSources">): string;
  /** Ends every process this engine started and waits for it. */
  close(): Promise<void>;
}
