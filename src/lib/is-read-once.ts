import { statSync } from "node:fs";

/** Names of what the process that asks has open. */
const OF_THE_ASKING = /^\/(?:dev\/(?:stdin$|fd\/)|proc\/[^/]+\/fd\/)/;

/** Whether another program, or this one later, does not read the same there: a pipe, `/dev/stdin`, what `<(…)` names. */
export function isReadOnce(path: string): boolean {
  if (OF_THE_ASKING.test(path)) return true;
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && (stats.isFIFO() || stats.isSocket());
}
