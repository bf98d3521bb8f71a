import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

import { sha256 } from "../../lib/sha256.ts";

interface SecretToken {
  readonly token: string;
  readonly hash: string;
}

/** The token of a session, and what is kept of it. */
export function newSessionToken(): SecretToken {
  return newToken(32);
}

/** The same of a link: no easier to guess, and short enough for the link to fit on a line of a terminal. */
export function newLinkToken(): SecretToken {
  return newToken(18);
}

/** What a page of a session must send with what changes something: only who knows the session's token can make it. */
export function csrfTokenOf(sessionToken: string): string {
  return sign(sessionToken, "csrf");
}

export function isCsrfToken(sent: string, sessionToken: string): boolean {
  return isEqual(sent, csrfTokenOf(sessionToken));
}

/** What a browser keeps that a user has signed in with, until the password changes. */
export function deviceTokenOf(userId: string, passwordHash: string): string {
  return sign(passwordHash, `device ${userId}`);
}

export function isEqual(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(one)), Buffer.from(sha256(other)));
}

function newToken(bytes: number): SecretToken {
  const token = randomBytes(bytes).toString("base64url");
  return { token, hash: sha256(token) };
}

function sign(key: string, text: string): string {
  return createHmac("sha256", key).update(text).digest("base64url");
}
