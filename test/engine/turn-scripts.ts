import { AppError } from "../../src/core/words/app-error.ts";
import { messageText } from "../../src/core/words/message.ts";
import type { EngineEvent, StopReason } from "../../src/core/words/turn-event.ts";
import { NO_USAGE, type Usage } from "../../src/core/words/usage.ts";
import { Gate } from "../../src/demo/gate.ts";
import type { TurnScript } from "./scripted-session.ts";

export const USAGE: Usage = { ...NO_USAGE, inputTokens: 10, outputTokens: 5 };

/** Claude says these texts, waits at these gates, and ends; an abort or the death of its process ends it with an error. */
export function speak(steps: readonly (string | Gate)[], reason: StopReason = "end"): TurnScript {
  return async function* ({ session, signal }) {
    const texts: string[] = [];
    for (const step of steps) {
      if (step instanceof Gate) {
        await Promise.race([step.pass(), aborted(signal), session.exited]);
      } else {
        texts.push(step);
        yield { type: "text-delta", text: step };
      }
      if (signal.aborted) return yield failed(signal.reason);
      if (!session.process.isRunning) {
        return yield failed(new AppError({ kind: "engine-failed", message: "Claude Code ended." }));
      }
    }
    const content = [{ type: "text", text: texts.join("") }];
    yield { type: "transcript-append", entry: { role: "assistant", content } };
    yield { type: "turn-end", reason, usage: USAGE, costUsd: 0.01 };
  };
}

/** Claude calls a client tool once for each of these ids, and ends. */
export function callTools(callIds: readonly string[], name = "look"): TurnScript {
  return async function* () {
    for (const callId of callIds) {
      yield { type: "tool-call-start", callId, name };
      yield { type: "tool-call-delta", callId, text: "{}" };
      yield { type: "tool-call-end", callId, name, arguments: "{}" };
    }
    const content = callIds.map((id) => ({ type: "tool_use", id, name, input: {} }));
    yield { type: "transcript-append", entry: { role: "assistant", content } };
    yield { type: "turn-end", reason: "tool-calls", usage: USAGE, costUsd: 0.01 };
  };
}

/** Claude repeats what it was asked. */
export const echo: TurnScript = (turn) =>
  speak([`You said: ${turn.input.messages.map(messageText).join("\n")}`])(turn);

/** Claude says something and fails. */
export function failAfter(text: string, error: AppError): TurnScript {
  return async function* () {
    yield { type: "text-delta", text };
    yield failed(error);
  };
}

function failed(reason: unknown): EngineEvent {
  const cancelled = { kind: "cancelled", message: "The request was cancelled." } as const;
  const error = reason instanceof AppError ? reason.info : cancelled;
  return { type: "turn-error", error, usage: USAGE, costUsd: 0.01 };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
