import { isIPv4 } from "node:net";

/** Whether a server that listens on this host can be reached from this machine only. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  if (bare === "localhost" || bare === "::1") return true;
  const mapped = bare.startsWith("::ffff:") ? bare.slice("::ffff:".length) : bare;
  return isIPv4(mapped) && mapped.startsWith("127.");
}
