import { randomBytes } from "node:crypto";

/**
 * An id in the API's style, e.g. `msg_01` + 22 characters. Ids must differ between server starts, because Claude Code joins
 * transcript entries by message id.
 */
export function createId(prefix: string): string {
  return prefix + randomBytes(11).toString("hex");
}
