import { getCookie, setCookie } from "hono/cookie";

import type { AppContext } from "./app-env.ts";

/** As long as a session may last; the server ends it earlier. */
const SESSION_SECONDS = 30 * 24 * 60 * 60;
const DEVICE_SECONDS = 365 * 24 * 60 * 60;

/** The token of the session that a browser sends, if any. */
export function readSessionCookie(context: AppContext): string | undefined {
  return read(context, "session");
}

/** What a browser keeps by which a user is known to have signed in with it before. */
export function readDeviceCookie(context: AppContext): string | undefined {
  return read(context, "device");
}

export function writeSessionCookie(context: AppContext, token: string): void {
  write(context, "session", token, SESSION_SECONDS);
}

export function writeDeviceCookie(context: AppContext, token: string): void {
  write(context, "device", token, DEVICE_SECONDS);
}

export function clearSessionCookie(context: AppContext): void {
  write(context, "session", "", 0);
}

function read(context: AppContext, what: "session" | "device"): string | undefined {
  const name = plainName(context, what);
  return getCookie(context, `__Host-${name}`) || getCookie(context, name) || undefined;
}

/** No script reads it, no other site's page sends it. Where the page came by HTTPS it goes back by HTTPS only, and only here. */
function write(context: AppContext, what: "session" | "device", value: string, maxAge: number): void {
  const isSecure = context.req.header("origin")?.startsWith("https:") ?? false;
  const name = plainName(context, what);
  setCookie(context, isSecure ? `__Host-${name}` : name, value, {
    path: "/",
    httpOnly: true,
    sameSite: "Strict",
    secure: isSecure,
    maxAge,
  });
}

/** Browsers send cookies to every port of a host: each server of a machine has a name of its own for them. */
function plainName({ req }: AppContext, what: "session" | "device"): string {
  const port = /:(\d+)$/.exec(req.header("host") ?? "")?.[1];
  return port === undefined ? `turnpike_${what}` : `turnpike_${what}_${port}`;
}
