/** Calls `act` at once, and then at most every `ms`, however often it is asked: the last time always counts. */
export function everySoOften(ms: number, act: () => void): { ask(): void; stop(): void } {
  let timer: number | undefined;
  let isAsked = false;
  const run = () => {
    isAsked = false;
    act();
    timer = window.setTimeout(() => {
      timer = undefined;
      if (isAsked) run();
    }, ms);
  };
  return {
    ask() {
      if (timer === undefined) run();
      else isAsked = true;
    },
    stop: () => window.clearTimeout(timer),
  };
}
