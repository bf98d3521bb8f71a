/** Schemes of the open web, where anybody can have a host. Only the pattern `*` covers all of their hosts. */
const WEB_SCHEMES: ReadonlySet<string> = new Set(["http", "https", "ws", "wss", "ftp", "file"]);

/** Scheme, host and port of an origin, or of a pattern of origins. */
const PARTS = /^([a-z][a-z\d+.-]*):\/\/(\[[\da-f:.]+\]|[^\s/\\?#@:[\]]*)(?::(\d+|\*))?$/i;
const STAR_HOST = /^\*((?:\.[a-z\d_-]+)+)$/;

/**
 * Reads an origin of pages that may call, as browsers send it (`https://chat.example.com`, `app://obsidian.md`), or a pattern:
 * `https://*.example.com` for every host below a domain, `http://localhost:*` for every port, `chrome-extension://*` for all
 * hosts of a scheme that web pages cannot have, `*` for every origin.
 * @returns the normalised form to compare with; undefined when it is neither, or would let in more of the web than it says.
 */
export function readOriginPattern(raw: string): string | undefined {
  if (raw === "*") return raw;
  const [, rawScheme, rawHost = "", port] = PARTS.exec(raw.replace(/(?<=[^/])\/$/, "")) ?? [];
  if (rawScheme === undefined) return undefined;
  const scheme = rawScheme.toLowerCase();
  const host = rawHost.toLowerCase();
  if (scheme === "file") return host === "" && port === undefined ? "file://" : undefined;
  if (host === "") return undefined;
  if (!WEB_SCHEMES.has(scheme)) {
    return host === "*" || !host.includes("*") ? join(scheme, host, port) : undefined;
  }
  const [, domain] = STAR_HOST.exec(host) ?? [];
  const isStar = domain !== undefined && isDomain(domain.slice(1));
  if (host.includes("*") && !isStar) return undefined;
  // Without stars, normalise as the browser does: it drops the default port.
  const url = URL.parse(join(scheme, isStar ? `x${domain}` : host, port === "*" ? undefined : port));
  if (!url || url.origin === "null") return undefined;
  return join(scheme, isStar ? host : url.hostname, port === "*" ? port : url.port || undefined);
}

/** Whether an `Origin` header matches a pattern returned by `readOriginPattern`. */
export function matchesOrigin(pattern: string, origin: string): boolean {
  if (pattern === "*") return true;
  if (pattern === origin.toLowerCase()) return true;
  const [, scheme, host = "", port] = PARTS.exec(pattern) ?? [];
  const [, givenScheme = "", givenHost = "", givenPort] = PARTS.exec(origin) ?? [];
  if (scheme !== givenScheme.toLowerCase() || givenHost === "" || givenHost.includes("*")) return false;
  return (
    matchesHost(host, givenHost.toLowerCase()) && (port === "*" ? givenPort !== "*" : port === givenPort)
  );
}

function matchesHost(pattern: string, host: string): boolean {
  if (pattern === "*" || pattern === host) return true;
  if (!pattern.startsWith("*.")) return false;
  const domain = pattern.slice(1);
  return host.endsWith(domain) && /^[a-z\d_-]+(\.[a-z\d_-]+)*$/.test(host.slice(0, -domain.length));
}

/** A domain that somebody can own, not all of `.com`. Names below `localhost` are this machine. */
function isDomain(name: string): boolean {
  return name === "localhost" || (name.includes(".") && !/^[\d.]+$/.test(name));
}

function join(scheme: string, host: string, port: string | undefined): string {
  return `${scheme}://${host}${port === undefined ? "" : `:${port}`}`;
}
