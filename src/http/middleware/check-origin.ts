import { AppError } from "../../core/words/app-error.ts";
import { matchesOrigin } from "../../lib/origin-pattern.ts";
import type { AppContext, AppMiddleware } from "../app-env.ts";

/** An origin that can go into a command line unescaped. */
const SHOWABLE = /^[a-z][a-z\d+.-]*:\/\/[\w.:[\]-]{0,253}$/i;

/**
 * Refuses requests that a web page of another origin sent, GETs included. Programs send neither `Origin` nor `Sec-Fetch-Site`;
 * browsers send `Origin` with any request that could do harm, and `Sec-Fetch-Site` also where they leave `Origin` out.
 */
export function checkOrigin(corsOrigins: readonly string[]): AppMiddleware {
  return async (context, next) => {
    const origin = context.req.header("origin");
    // Also for requests without an origin: a browser may cache the answer, and a page may then ask for the same URL.
    if (corsOrigins.length > 0) context.header("Vary", "Origin");
    if (!isAllowedOrigin(corsOrigins, origin) && comesFromElsewhere(context)) throw refuse(origin);
    await next();
  };
}

/** Whether the config allows this origin, literally or by a pattern. */
export function isAllowedOrigin(corsOrigins: readonly string[], origin: string | undefined): boolean {
  return corsOrigins.some(
    (allowed) => allowed === "*" || (origin !== undefined && matchesOrigin(allowed, origin)),
  );
}

function refuse(origin: string | undefined): AppError {
  if (origin === "null") {
    const message = "Pages without an origin of their own (Origin: null) may not call this server.";
    return new AppError({ kind: "forbidden", message });
  }
  const shown = origin !== undefined && SHOWABLE.test(origin) ? origin : "<origin>";
  return new AppError({
    kind: "forbidden",
    message: `Pages and apps of another origin may not call this server. If this one should, start the server with --cors-origin ${shown} (setting server.corsOrigins).`,
  });
}

/** Whether a page of another origin made the browser send this, whatever the configuration allows. */
export function comesFromElsewhere(context: AppContext): boolean {
  const origin = context.req.header("origin");
  if (origin !== undefined) return !isSameOrigin(origin, context.req.header("host") ?? "");
  const site = context.req.header("sec-fetch-site");
  // `same-site` is another port of this machine, which is not ours either. `none` is a person's own navigation.
  return site !== undefined && site !== "same-origin" && site !== "none";
}

/** Compares without the scheme, since a proxy in front may terminate TLS. `null` never matches. */
function isSameOrigin(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host: originHost } = new URL(origin);
  const own = `${protocol}//${host}`;
  return originHost !== "" && URL.canParse(own) && new URL(own).host === originHost;
}
