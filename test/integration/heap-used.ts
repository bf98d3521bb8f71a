import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
// Proof for the cast: with the flag above each new context has this function.
const collectGarbage = runInNewContext("gc") as () => void;

/** What this process still needs of its memory, in bytes, without what is only waiting to be collected. */
export function heapUsed(): number {
  collectGarbage();
  const { heapUsed: used, external } = process.memoryUsage();
  return used + external;
}
