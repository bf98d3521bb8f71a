/**
 * The program that somebody means who typed the beginning of its name: the server finds a User-Agent by the whole of it, with the
 * version. `clients`: those that are known, the latest first. What begins none stays as it was typed.
 */
export function meantClient(typed: string, clients: readonly (string | null)[]): string {
  const known = clients.filter((client) => client !== null);
  if (known.includes(typed)) return typed;
  const beginning = typed.toLowerCase();
  return known.find((client) => client.toLowerCase().startsWith(beginning)) ?? typed;
}
