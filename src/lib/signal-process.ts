/** Sends a signal to a process of this user; 0 only asks whether it is there. False when it has ended. */
export function signalProcess(processId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(processId, signal);
  } catch {
    // ESRCH: it ended between the search and the signal.
    return false;
  }
}
