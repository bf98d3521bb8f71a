import * as z from "zod";

import { RequestError } from "../request-error.ts";

/** How the server is asked to end. */
export interface StopRequest {
  /** Running turns are cancelled at once. */
  readonly isNow: boolean;
  /** Another server with the same settings takes its place. */
  readonly isRestart: boolean;
}

export interface StopBody {
  readonly now?: boolean | undefined;
  readonly restart?: boolean | undefined;
}

const schema = z.strictObject({ now: z.boolean().optional(), restart: z.boolean().optional() });

/** @throws RequestError */
export function parseStopRequest(body: unknown): StopRequest {
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    throw new RequestError(
      "invalid_value",
      "Invalid body: only 'now' and 'restart' are known, each true or false.",
    );
  }
  const { now = false, restart = false } = parsed.data;
  return { isNow: now, isRestart: restart };
}
