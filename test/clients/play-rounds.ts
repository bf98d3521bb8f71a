import { reply, text } from "../../src/demo/build-reply.ts";
import type { Block } from "../../src/demo/reply.ts";
import type { Responder } from "../../src/demo/script.ts";
import { toolRoundsOf } from "./tool-rounds.ts";

/**
 * A model that asks for tools round by round and then answers. Which round it is, it sees in the history of the request, as
 * a real model does; a request without tools (agents ask for a title) gets `sideAnswer`.
 */
export function playRounds(
  rounds: readonly (readonly Block[])[],
  answer: string,
  sideAnswer = "A title",
): Responder {
  return (request) => {
    if ((request.body.tools ?? []).length === 0) return text(sideAnswer);
    const blocks = rounds[toolRoundsOf(request).length];
    return blocks ? reply({ blocks }) : text(answer);
  };
}
