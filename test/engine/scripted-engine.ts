import {
  EVERY_CAPABILITY,
  type Engine,
  type EngineAccount,
  type EngineCapabilities,
} from "../../src/core/ports/engine.ts";
import type {
  EngineSession,
  EngineSpare,
  EngineStandby,
  SessionSpec,
  SessionStart,
} from "../../src/core/ports/engine-session.ts";
import { type Message, messageText } from "../../src/core/words/message.ts";
import type { ProcessKind } from "../../src/core/turn/process-kind.ts";
import type { TranscriptEntry } from "../../src/core/words/transcript.ts";
import type { Gate } from "../../src/demo/gate.ts";
import { ScriptedProcess } from "./scripted-process.ts";
import { ScriptedSession, type TurnScript } from "./scripted-session.ts";
import { echo } from "./turn-scripts.ts";

export interface ScriptedSpare extends EngineSpare {
  readonly process: ScriptedProcess;
  readonly kind: ProcessKind;
}

/** An engine of our own for tests of what is built on the port: no process, no model, nothing that takes time by itself. */
export class ScriptedEngine implements Engine {
  readonly name: string;
  /** What it can do from now on. */
  capabilities: EngineCapabilities = EVERY_CAPABILITY;
  /** Every session and spare that ever was, in the order of their start. */
  readonly sessions: ScriptedSession[] = [];
  readonly spares: ScriptedSpare[] = [];
  readonly processes: ScriptedProcess[] = [];
  /** What Claude does in each turn from now on. */
  script: TurnScript = echo;
  /** Where starts wait from now on. */
  startGate: Gate | undefined;
  /** Starts that fail from now on, and how. */
  startError: Error | undefined;
  /** Why spares that are claimed from now on cannot become sessions. */
  claimRefusal: Error | undefined;
  /** Why no tools can be offered from now on. */
  toolRefusal: Error | undefined;
  /** The id of processes from now on; without one their memory cannot be read. */
  processId: number | undefined;
  /** A start that was under way too far to be stopped. */
  ignoresAbort = false;
  mostStartsAtOnce = 0;
  #starting = 0;
  /** A test may take it away: an engine need not have spares. */
  startSpare?: NonNullable<Engine["startSpare"]> = (kind, signal) => this.#startSpare(kind, signal);

  /** Why a process that waits for a history cannot take one, from now on. */
  standbyRefusal: Error | undefined;
  /** A test may give it `waitForHistory`. */
  startStandby?: NonNullable<Engine["startStandby"]>;

  /** A test may give it workers. */
  hasWorkers: NonNullable<Engine["hasWorkers"]> = () => false;

  /** Tests whose profiles are not about engines have it in the place of the real one. */
  constructor(name = "sdk") {
    this.name = name;
  }

  get running(): readonly ScriptedProcess[] {
    return this.processes.filter((process) => process.isRunning);
  }

  async #startSpare(kind: ProcessKind, signal: AbortSignal): Promise<EngineSpare> {
    const process = await this.#start(signal);
    const { processId, exited } = process;
    let isClaimed = false;
    const spare: ScriptedSpare = {
      process,
      kind,
      processId,
      exited,
      claim: (spec) => {
        if (isClaimed) throw new Error("A spare can be claimed once only.");
        if (!process.isRunning) throw new Error("The spare is gone.");
        isClaimed = true;
        return this.#session(process, { spec, history: [] });
      },
      close: () => process.close(),
    };
    this.spares.push(spare);
    return spare;
  }

  async startSession(start: SessionStart, signal: AbortSignal): Promise<EngineSession> {
    return this.#session(await this.#start(signal), start);
  }

  async startWorker(kind: ProcessKind, signal: AbortSignal): Promise<EngineSession> {
    const spec = { kind, workspace: "/nowhere", model: "default", instructions: "", systemText: "" };
    return this.#session(await this.#start(signal), { spec, history: [] });
  }

  async waitForHistory(spec: SessionSpec, signal: AbortSignal): Promise<EngineStandby> {
    const process = await this.#start(signal);
    const { processId, exited } = process;
    return {
      processId,
      exited,
      resume: async (start) => {
        if (this.standbyRefusal) throw this.standbyRefusal;
        return this.#session(process, { ...start, spec });
      },
      close: () => process.close(),
    };
  }

  openCallIds(): readonly string[] {
    return [];
  }

  toTranscript(messages: readonly Message[]): readonly TranscriptEntry[] {
    return messages.map((message) => ({
      role: message.role === "assistant" ? "assistant" : "user",
      content: messageText(message),
    }));
  }

  checkTools(): void {
    if (this.toolRefusal) throw this.toolRefusal;
  }

  prepareFolder(): Promise<Record<string, never>> {
    return Promise.resolve({});
  }

  describeAccount(): Promise<EngineAccount> {
    return Promise.resolve({ isLoggedIn: true, source: "test", models: [] });
  }

  resolveModel(model: string): string {
    return model;
  }

  async close(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.close()));
  }

  async #start(signal: AbortSignal): Promise<ScriptedProcess> {
    signal.throwIfAborted();
    this.#starting += 1;
    this.mostStartsAtOnce = Math.max(this.mostStartsAtOnce, this.#starting);
    const process = new ScriptedProcess(this.processId);
    this.processes.push(process);
    try {
      const gate = this.startGate?.pass();
      await (this.ignoresAbort ? gate : Promise.race([gate, rejectOnAbort(signal)]));
      if (this.startError) throw this.startError;
      return process;
    } catch (error) {
      process.kill();
      throw error;
    } finally {
      this.#starting -= 1;
    }
  }

  #session(
    process: ScriptedProcess,
    start: Omit<SessionStart, "firstTurn"> & Partial<SessionStart>,
  ): ScriptedSession {
    const isClaim = this.spares.some((spare) => spare.process === process);
    const refusal = isClaim ? this.claimRefusal : undefined;
    const session = new ScriptedSession({ process, start, script: () => this.script, refusal });
    this.sessions.push(session);
    return session;
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
  );
}
