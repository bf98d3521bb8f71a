/** The data of server-sent events, parsed; what is no JSON is left out. */
export async function* readServerEvents(
  body: AsyncIterable<unknown>,
): AsyncGenerator<unknown, void, undefined> {
  let rest = "";
  for await (const piece of body) {
    rest += String(piece);
    const blocks = rest.split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const data = block
        .split("\n")
        .filter((line) => line.startsWith("data:"))
        .map((line) => line.slice("data:".length).trim())
        .join("\n");
      if (!data.startsWith("{")) continue;
      yield JSON.parse(data);
    }
  }
}
