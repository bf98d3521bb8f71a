import type { KeyStore } from "../../core/ports/key-store.ts";
import { AppError } from "../../core/words/app-error.ts";
import type { Principal } from "../../core/words/principal.ts";
import { identifyPrincipal } from "../../service/access/identify-principal.ts";
import { isCsrfToken } from "../../service/people/secret-token.ts";
import {
  type BrowserSession,
  principalOfUser,
  type SessionDirectory,
} from "../../service/people/session-directory.ts";
import type { AppContext } from "../app-env.ts";
import { readSessionCookie } from "../session-cookie.ts";
import { comesFromElsewhere } from "./check-origin.ts";

/** What tells who asks. */
export interface Identifiers {
  readonly keys: KeyStore;
  /** Absent where nobody signs in. */
  readonly sessions?: Pick<SessionDirectory, "find">;
}

/**
 * Who asks, by now: by the key that the request brings; without one by the cookie of a session, which counts for pages of this server
 * only. Whoever brings neither is the local user where no key is needed.
 * @throws AppError `unauthorized`
 */
export async function identify(
  context: AppContext,
  { keys, sessions }: Identifiers,
): Promise<{ readonly principal: Principal; readonly session?: BrowserSession }> {
  const sent = readKeys(context);
  const session = sent.length === 0 ? await findSession(context, sessions) : undefined;
  if (session) return { principal: principalOfUser(session.user), session };
  return { principal: await identifyPrincipal(keys, sent) };
}

/** The session of the browser that asks, if a page of this server makes it ask. */
export async function findSession(
  context: AppContext,
  sessions: Identifiers["sessions"],
): Promise<BrowserSession | undefined> {
  const token = readSessionCookie(context);
  if (token === undefined || !sessions || !isOwnPage(context)) return undefined;
  const signedIn = await sessions.find(token);
  return signedIn && { ...signedIn, token };
}

/**
 * A page of another site could make a browser send what changes something; it does not know the session's token for that.
 * @throws AppError `forbidden` without it
 */
export function requireCsrfToken({ req }: AppContext, { token }: BrowserSession): void {
  if (req.method === "GET" || req.method === "HEAD") return;
  if (isCsrfToken(req.header("x-csrf-token") ?? "", token)) return;
  throw new AppError({
    kind: "forbidden",
    message:
      "This request came with a browser's session, but not with its token. Send the csrf_token of GET /admin/api/session in the header X-CSRF-Token, or use an API key.",
  });
}

/** Clients that know both headers may fill one of them with a placeholder, so each is tried. */
export function readKeys({ req }: AppContext): readonly string[] {
  const bearer = /^Bearer +(\S+) *$/i.exec(req.header("authorization") ?? "")?.[1] ?? "";
  const apiKey = req.header("x-api-key")?.trim() ?? "";
  return [bearer, apiKey].filter((key) => key !== "");
}

/** Whatever origins may call with a key: none but our own pages use a session. A browser names the origin of each WebSocket. */
function isOwnPage(context: AppContext): boolean {
  if (comesFromElsewhere(context)) return false;
  return context.env.upgrade === undefined || context.req.header("origin") !== undefined;
}
