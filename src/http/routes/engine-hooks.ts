import { timingSafeEqual } from "node:crypto";

import type { EngineHooks } from "../../core/ports/engine.ts";
import { AppError } from "../../core/words/app-error.ts";
import { sha256 } from "../../lib/sha256.ts";
import type { AppContext } from "../app-env.ts";
import { readJsonBody } from "../body/read-json-body.ts";

export const HOOKS_PATH = "/hooks/claude-code";
export const HOOK_SECRET_HEADER = "x-turnpike-hook-secret";

/** A hook may bring the whole text of a file that is to be written. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/**
 * `POST /hooks/claude-code`: what Claude Code's own HTTP hooks tell. Only from this machine, and only with the secret; whoever has
 * neither learns nothing, not even that there is such a path.
 */
export function hearEngineHooks(all: readonly EngineHooks[]) {
  return async (context: AppContext): Promise<Response> => {
    const { incoming } = context.env;
    const given = context.req.header(HOOK_SECRET_HEADER) ?? "";
    const hooks = isLoopback(incoming.socket.remoteAddress)
      ? all.find(({ secret }) => isSame(secret, given))
      : undefined;
    if (!hooks) return context.json({}, 404);
    let body: unknown;
    try {
      body = await readJsonBody(context, MAX_BODY_BYTES);
    } catch (error) {
      return context.json({}, isTooLarge(error) ? 413 : 400);
    }
    const gone = new AbortController();
    context.env.outgoing.once("close", () =>
      gone.abort(new AppError({ kind: "cancelled", message: "Claude Code does not wait any more." })),
    );
    return context.json(await hooks.hear(body, gone.signal));
  };
}

function isTooLarge(error: unknown): boolean {
  return error instanceof AppError && error.info.kind === "payload-too-large";
}

/** Compared by their hashes, which have the same length. */
function isSame(left: string, right: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(left)), Buffer.from(sha256(right)));
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(address);
}
