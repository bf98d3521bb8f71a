/** The payloads of an event stream, read to its end; `[DONE]` stays text, comments are left out. */
export async function readEvents(response: Response): Promise<unknown[]> {
  return parseEvents(await response.text());
}

export function parseEvents(source: string): unknown[] {
  const payloads = source
    .split("\n\n")
    .filter((event) => event.startsWith("data: "))
    .map((event) => event.slice("data: ".length));
  return payloads.map((payload) => (payload === "[DONE]" ? payload : (JSON.parse(payload) as unknown)));
}

/** The text that a client of the stream has seen. */
export function textOf(events: readonly unknown[]): string {
  return events.map((event) => contentOf(event)).join("");
}

/** The error bodies in the stream. */
export function errorsOf(events: readonly unknown[]): unknown[] {
  return events.filter((event) => typeof event === "object" && event !== null && "error" in event);
}

function contentOf(event: unknown): string {
  // Proof for the cast: read with `?.` all the way, so a stream of any other shape yields undefined.
  const chunk = event as { choices?: { delta?: { content?: unknown } }[] } | null;
  const content = chunk?.choices?.[0]?.delta?.content;
  return typeof content === "string" ? content : "";
}
