const ANY_ADDRESS: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

/** The URL, without a path, at which this machine reaches a server that listens there. An IPv6 address may stand in brackets. */
export function localUrl(host: string, port: number): string {
  const address = host.replace(/^\[(.*)\]$/, "$1");
  const reached = ANY_ADDRESS[address] ?? address;
  return `http://${reached.includes(":") ? `[${reached}]` : reached}:${port}`;
}
