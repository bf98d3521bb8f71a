/** What is different for a client in a container of this machine. */
export function whereFromContainer(apiUrl: string): readonly string[] {
  const { hostname } = new URL(apiUrl);
  if (hostname !== "127.0.0.1" && hostname !== "localhost" && hostname !== "[::1]") return [];
  const inside = apiUrl.replace(hostname, "host.docker.internal");
  return [
    `In a container the address is ${inside}; the server wants --allowed-host host.docker.internal and, with Docker on Linux, a --host that the container reaches.`,
  ];
}
