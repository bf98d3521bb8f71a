import { AppError } from "../../core/app-error.ts";
import type { AppContext, AppMiddleware } from "../app-env.ts";

/**
 * Refuses what a web page of another origin sent, GETs included. Programs send neither `Origin` nor `Sec-Fetch-Site`;
 * browsers send `Origin` with whatever could do harm, and `Sec-Fetch-Site` also where they leave `Origin` out.
 */
export function checkOrigin(corsOrigins: readonly string[]): AppMiddleware {
  return async (context, next) => {
    if (!isAllowedOrigin(corsOrigins, context.req.header("origin")) && comesFromElsewhere(context)) {
      throw new AppError({
        kind: "forbidden",
        message:
          "Web pages of another origin may not call this server. Add the origin to the CORS origins if it should.",
      });
    }
    await next();
  };
}

/** Whether the config names this origin. */
export function isAllowedOrigin(corsOrigins: readonly string[], origin: string | undefined): boolean {
  return corsOrigins.includes("*") || (origin !== undefined && corsOrigins.includes(origin));
}

function comesFromElsewhere(context: AppContext): boolean {
  const origin = context.req.header("origin");
  if (origin !== undefined) return !isSameOrigin(origin, context.req.header("host") ?? "");
  const site = context.req.header("sec-fetch-site");
  // `same-site` is another port of this machine: not ours either. `none` is a person's own navigation.
  return site !== undefined && site !== "same-origin" && site !== "none";
}

/** Compared without the scheme, for a proxy in front may end TLS. `null` is never the same. */
function isSameOrigin(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host: originHost } = new URL(origin);
  const own = `${protocol}//${host}`;
  return originHost !== "" && URL.canParse(own) && new URL(own).host === originHost;
}
