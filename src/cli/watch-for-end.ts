import type { Clock } from "../core/ports/clock.ts";
import { type ProcessEvents, SIGNAL_EXIT_CODES } from "./process-events.ts";

/** What ends a server. */
export type EndReason =
  | { readonly type: "signal"; readonly name: StopSignal }
  /** An error that nobody caught: the process is in an unknown state. */
  | { readonly type: "crash"; readonly error: unknown };

type StopSignal = keyof typeof SIGNAL_EXIT_CODES;

/**
 * Ctrl-C reaches every process of a terminal, and npm forwards its own to the program it runs: a second signal within this time
 * is the same key press.
 */
const SAME_PRESS_MS = 500;

export interface EndWatch extends Disposable {
  /** Settles with the first reason. */
  readonly ended: Promise<EndReason>;
  /** Aborts at the same moment. */
  readonly signal: AbortSignal;
}

/**
 * Watches for everything that ends the process. The first stop signal asks for an orderly end; a second one, from a person who
 * does not want to wait, exits at once. A terminal that closes (SIGHUP) may send its signal more than once, and nobody is
 * waiting there. `onCrash` receives every uncaught error.
 */
export function watchForEnd(
  events: ProcessEvents,
  clock: Clock,
  onCrash: (error: unknown) => void,
): EndWatch {
  const { promise: ended, resolve } = Promise.withResolvers<EndReason>();
  const controller = new AbortController();
  const end = (reason: EndReason) => {
    resolve(reason);
    controller.abort();
  };
  let firstSignalAt: number | undefined;
  const onSignal = (name: StopSignal) => () => {
    firstSignalAt ??= clock();
    if (name !== "SIGHUP" && clock() - firstSignalAt > SAME_PRESS_MS) events.exit(SIGNAL_EXIT_CODES[name]);
    end({ type: "signal", name });
  };
  const onError = (error: unknown) => {
    onCrash(error);
    end({ type: "crash", error });
  };
  const listeners = [
    ["SIGINT", onSignal("SIGINT")],
    ["SIGTERM", onSignal("SIGTERM")],
    ["SIGHUP", onSignal("SIGHUP")],
    ["uncaughtException", onError],
    ["unhandledRejection", onError],
  ] as const;
  for (const [event, listener] of listeners) events.on(event, listener);
  return {
    ended,
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const [event, listener] of listeners) events.off(event, listener);
    },
  };
}
