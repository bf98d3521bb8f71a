import { AppError } from "../../core/words/app-error.ts";
import type { AppMiddleware } from "../app-env.ts";
import { bareHostName, isIpAddress, isLoopbackName, parseHostName } from "../host-name.ts";

/** A name that can go into a command line unescaped. */
const SHOWABLE = /^[a-z\d._-]{1,253}$/;

/**
 * Refuses a `Host` that is not ours. A hostile web page can make its own name resolve to this machine (DNS rebinding) and
 * is then same-origin with the server; but its name is still in `Host`. An IP address cannot be rebound, so it passes when
 * the server is bound beyond loopback.
 */
export function checkHost(boundHost: string, allowedHosts: readonly string[]): AppMiddleware {
  const bound = bareHostName(boundHost);
  const isOpen = !isLoopbackName(bound);
  const allowed = new Set([bound, ...allowedHosts.map(bareHostName)]);
  return async (context, next) => {
    const name = parseHostName(context.req.header("host") ?? "");
    const isOurs =
      name !== undefined && (isLoopbackName(name) || allowed.has(name) || (isOpen && isIpAddress(name)));
    if (!isOurs) throw refuse(name);
    await next();
  };
}

/** Containers call this machine `host.docker.internal`, and proxies use any name: the message is for whoever set that up. */
function refuse(name: string | undefined): AppError {
  const shown = name !== undefined && SHOWABLE.test(name) ? name : undefined;
  const what =
    shown === undefined ? "does not name this server" : `names '${shown}', which this server is not known by`;
  return new AppError({
    kind: "forbidden",
    message: `The Host header of this request ${what}. If it should reach this server, start it with --allowed-host ${shown ?? "<name>"} (setting server.allowedHosts).`,
  });
}
