import type { IncomingMessage } from "node:http";

import { readText } from "./control-client.ts";

/** The data of server-sent events, parsed; what is no JSON is left out. @throws NoAnswerError as `readText` */
export async function* readServerEvents(response: IncomingMessage): AsyncGenerator<unknown, void, undefined> {
  let rest = "";
  for await (const piece of readText(response)) {
    rest += piece;
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
