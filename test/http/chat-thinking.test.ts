import { afterEach, beforeEach, expect, test } from "vitest";

import {
  postChat,
  type ScriptedServer,
  startScriptedServer,
  TURN_END,
  turnStart,
} from "./scripted-server.ts";

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer(async function* (request) {
    yield turnStart(request);
    yield { type: "reasoning-delta", text: "Let me " };
    yield { type: "reasoning-delta", text: "see." };
    yield { type: "text-delta", text: "Seen." };
    yield TURN_END;
  });
});
afterEach(() => server.close());

/** What a body and a stream tell of the thinking, by the name of the field. */
async function toldBy(extra: Readonly<Record<string, unknown>>): Promise<readonly object[]> {
  const body = await postChat(server, extra);
  const stream = await postChat(server, { ...extra, stream: true });
  const whole = {
    reasoning_content: /"reasoning_content":"([^"]*)"/.exec(body.text)?.[1],
    reasoning: /"reasoning":"([^"]*)"/.exec(body.text)?.[1],
  };
  const pieces = (name: string) => {
    const found = [...stream.text.matchAll(new RegExp(`"${name}":"([^"]*)"`, "g"))];
    return found.length === 0 ? undefined : found.map(([, piece]) => piece).join("");
  };
  return [whole, { reasoning_content: pieces("reasoning_content"), reasoning: pieces("reasoning") }];
}

test.each([
  [{}, true, false],
  [{ thinking: { type: "enabled", budget_tokens: 2000 } }, true, false],
  [{ reasoning: { effort: "high" } }, true, true],
  [{ reasoning: { enabled: true } }, true, true],
  [{ include_reasoning: true }, true, true],
  [{ reasoning: { effort: "high", exclude: true } }, false, false],
  [{ include_reasoning: false }, false, false],
])("%j: reasoning_content %s, reasoning %s", async (extra, hasContent, hasShortName) => {
  const told = {
    reasoning_content: hasContent ? "Let me see." : undefined,
    reasoning: hasShortName ? "Let me see." : undefined,
  };
  expect(await toldBy(extra)).toEqual([told, told]);
});
