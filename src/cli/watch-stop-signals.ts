import { type ProcessEvents, SIGNAL_EXIT_CODES } from "./process-events.ts";

export interface StopSignals extends Disposable {
  /** Aborts with the first one. */
  readonly signal: AbortSignal;
  /** What to exit with because of it; undefined while none has come. */
  readonly exitCode: number | undefined;
}

/** Keeps signals from ending the process at once, for a command that must say something first. */
export function watchStopSignals(events: ProcessEvents): StopSignals {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const listeners = Object.entries(SIGNAL_EXIT_CODES).map(([name, code]) => {
    const listener = () => {
      exitCode ??= code;
      controller.abort();
    };
    events.on(name, listener);
    return [name, listener] as const;
  });
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    [Symbol.dispose]() {
      for (const [name, listener] of listeners) events.off(name, listener);
    },
  };
}
