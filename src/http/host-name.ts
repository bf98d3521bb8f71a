import { isIP } from "node:net";

/**
 * The name in a `Host` header: without port, in lower case, IPv6 without brackets; undefined when it is not a host at all.
 * Numeric forms of an IPv4 address (`0x7f.1`) become the plain address.
 */
export function parseHostName(hostHeader: string): string | undefined {
  if (/[\s/\\?#@]/.test(hostHeader) || !URL.canParse(`http://${hostHeader}`)) return undefined;
  const name = new URL(`http://${hostHeader}`).hostname;
  return bareHostName(name);
}

/** The same for a name from the config, which may be an IPv6 address with or without brackets. */
export function bareHostName(name: string): string {
  return name
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");
}

export function isIpAddress(name: string): boolean {
  return isIP(name) !== 0;
}

export function isLoopbackName(name: string): boolean {
  if (name === "localhost" || name === "::1") return true;
  return isIP(name) === 4 && name.startsWith("127.");
}
