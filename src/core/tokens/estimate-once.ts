import type { TurnRequest } from "../words/turn-request.ts";
import { measureOf } from "./count-tokens.ts";
import { estimateTokens } from "./estimate-tokens.ts";

type Estimated = Pick<TurnRequest, "systemText" | "messages" | "tools" | "target">;

/** As `estimateTokens`, but of turns that share a prompt, and of one that is asked about again, it is done once. */
export function estimateOnce(): (request: Estimated) => number {
  const known = new WeakMap<Estimated["messages"], Estimated & { readonly tokens: number }>();
  return ({ systemText, messages, tools, target }) => {
    const before = known.get(messages);
    if (before?.systemText === systemText && before.tools === tools && before.target === target) {
      return before.tokens;
    }
    const tokens = estimateTokens({ systemText, messages, tools }, measureOf(target));
    known.set(messages, { systemText, messages, tools, target, tokens });
    return tokens;
  };
}
