import type { AppContext } from "./app-env.ts";

/**
 * What clients are counted by who have not told who they are: the address of the connection; of IPv6 the half that a network is given,
 * since whoever has one address there has all of them. Behind a proxy it is the proxy's.
 */
export function clientAddress({ env }: AppContext): string {
  const address = env.incoming.socket.remoteAddress ?? "";
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  return address.includes(":") ? networkOf(address) : address;
}

function networkOf(address: string): string {
  const [head = "", tail] = (address.split("%")[0] ?? "").split("::");
  const front = head.split(":").filter((group) => group !== "");
  const back = (tail ?? "").split(":").filter((group) => group !== "");
  const missing = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  const groups = [...front, ...Array.from({ length: missing }, () => "0"), ...back];
  return groups.slice(0, 4).join(":");
}
