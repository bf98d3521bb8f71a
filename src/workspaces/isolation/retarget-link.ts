import { isAbsolute, join, relative } from "node:path";

import { isInside } from "../../lib/is-inside.ts";

/** When a folder is copied, absolute links into it are changed to lead into the copy; all others stay as they are. */
export interface Retarget {
  readonly from: string;
  readonly to: string;
}

export function retargetLink(target: string, { from, to }: Retarget): string {
  if (!isAbsolute(target) || !isInside(target, from)) return target;
  return join(to, relative(from, target));
}
