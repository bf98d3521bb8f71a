import { isDeepStrictEqual } from "node:util";

import { newSessionId } from "../../src/core/words/ids.ts";
import type {
  EngineSession,
  SessionSpec,
  SessionStart,
  TurnInput,
} from "../../src/core/ports/engine-session.ts";
import { messageText } from "../../src/core/words/message.ts";
import type { TurnSupervisor } from "../../src/core/ports/turn-supervisor.ts";
import type { TranscriptEntry } from "../../src/core/words/transcript.ts";
import { type EngineEvent, isTerminalEvent } from "../../src/core/words/turn-event.ts";
import type { ScriptedProcess } from "./scripted-process.ts";

/** What Claude does in a turn. */
export type TurnScript = (turn: {
  readonly input: TurnInput;
  readonly session: ScriptedSession;
  readonly supervisor: TurnSupervisor;
  readonly signal: AbortSignal;
}) => AsyncIterable<EngineEvent>;

export interface ScriptedSessionParts {
  readonly process: ScriptedProcess;
  /** A claimed spare is not told its first turn. */
  readonly start: Omit<SessionStart, "firstTurn"> & Partial<SessionStart>;
  readonly script: () => TurnScript;
  /** For a claimed spare: why it could not become this session. */
  readonly refusal?: Error | undefined;
}

/** A session that follows a script and is as strict as the port allows. */
export class ScriptedSession implements EngineSession {
  readonly id = newSessionId();
  readonly process: ScriptedProcess;
  readonly spec: SessionSpec;
  /** What it was started with. */
  readonly history: readonly TranscriptEntry[];
  /** The turns that it was given. */
  readonly inputs: TurnInput[] = [];
  /** Whether it can offer the tools of its next turn. */
  takesTurns = true;
  /** The client tool calls of the last answer, whose results are due. */
  openCallIds: readonly string[] = [];
  /** What it was started for; a claimed spare is not told. */
  readonly firstTurn: TurnInput | undefined;
  readonly #script: () => TurnScript;
  readonly #refusal: Error | undefined;
  #state: "idle" | "running" | "spent" = "idle";

  constructor(parts: ScriptedSessionParts) {
    this.process = parts.process;
    this.spec = parts.start.spec;
    this.history = parts.start.history;
    this.firstTurn = parts.start.firstTurn;
    this.#script = parts.script;
    this.#refusal = parts.refusal;
  }

  get processId(): number | undefined {
    return this.process.processId;
  }

  get exited(): EngineSession["exited"] {
    return this.process.exited;
  }

  /** Only when the last turn's events have been read to their end or closed: until then it is still running. */
  get canContinue(): boolean {
    return this.#state === "idle" && this.process.isRunning;
  }

  canTake(): boolean {
    return this.takesTurns;
  }

  /** What it was asked, turn by turn. */
  get prompts(): readonly string[] {
    return this.inputs.map((input) => input.messages.map(messageText).join("\n"));
  }

  async *runTurn(
    input: TurnInput,
    supervisor: TurnSupervisor,
    signal: AbortSignal,
  ): AsyncIterable<EngineEvent> {
    if (this.#state !== "idle") throw new Error(`A session that is ${this.#state} cannot run a turn.`);
    if (this.inputs.length === 0 && this.firstTurn && !isDeepStrictEqual(input, this.firstTurn)) {
      throw new Error("A session must be run with the first turn that it was started for.");
    }
    this.#state = "running";
    let endedWell = false;
    try {
      if (this.#refusal) throw this.#refusal;
      this.inputs.push(input);
      this.openCallIds = [];
      for await (const event of this.#script()({ input, session: this, supervisor, signal })) {
        if (event.type === "tool-call-end") this.openCallIds = [...this.openCallIds, event.callId];
        if (isTerminalEvent(event)) endedWell = event.type === "turn-end" && event.reason !== "length";
        yield event;
      }
    } finally {
      this.#state = endedWell ? "idle" : "spent";
    }
  }

  close(): Promise<void> {
    this.#state = "spent";
    return this.process.close();
  }
}
