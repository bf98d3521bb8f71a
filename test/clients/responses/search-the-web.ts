import { reply, textBlock, wholeBlock } from "../../../src/demo/build-reply.ts";
import type { MessageReply } from "../../../src/demo/reply.ts";
import type { Responder } from "../../../src/demo/script.ts";

/** A page that the search always finds. */
export const FOUND_URL = "https://example.com/tolls";

/** A model that answers step by step. When Claude Code searches the web, which it lets the API do, something is found. */
export function searchTheWeb(steps: readonly MessageReply[]): Responder {
  let count = 0;
  return ({ body }) => {
    if (body.tools?.some((tool) => tool.name === "web_search")) return found();
    const step = steps[count];
    count += 1;
    if (!step) throw new Error(`The script has no step ${count}`);
    return step;
  };
}

function found(): MessageReply {
  const page = { type: "web_search_result", url: FOUND_URL, title: "Tolls", encrypted_content: "x" };
  const id = "srvtoolu_1";
  return reply({
    blocks: [
      wholeBlock({ type: "server_tool_use", id, name: "web_search", input: { query: "tolls" } }),
      wholeBlock({ type: "web_search_tool_result", tool_use_id: id, content: [page] }),
      textBlock("There are tolls."),
    ],
  });
}
