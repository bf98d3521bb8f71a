import type { ChatCompletionMessageParam } from "openai/resources";
import { describe, expect, test } from "vitest";

import { text } from "../../src/demo/build-reply.ts";
import { conversationOf, systemPromptOf } from "../upstream/read-request.ts";
import { startTurnpike } from "./start-turnpike.ts";

describe.each(["claude-code", "sonnet"])("model %s", (model) => {
  test("one process serves five turns that resend their history, and the model sees native messages", async () => {
    const turnpike = await startTurnpike({ spares: 1 });
    const placements: (string | null)[] = [];
    const messages: ChatCompletionMessageParam[] = [{ role: "system", content: "Be brief." }];
    for (let turn = 1; turn <= 5; turn += 1) {
      turnpike.upstream.respondWith(text(`answer ${turn}`));
      messages.push({ role: "user", content: `question ${turn}` });
      const { data: stream, response } = await turnpike.openai.chat.completions
        .create({ model, messages, stream: true })
        .withResponse();
      placements.push(response.headers.get("x-turnpike-placement"));
      let answer = "";
      for await (const chunk of stream) answer += chunk.choices[0]?.delta.content ?? "";
      expect(answer).toBe(`answer ${turn}`);
      messages.push({ role: "assistant", content: answer });
    }

    expect(placements).toEqual(["spare", "hot", "hot", "hot", "hot"]);
    const { requests } = turnpike.upstream;
    expect(requests).toHaveLength(5);
    const last = await turnpike.upstream.waitForRequest(5);
    expect(conversationOf(last)).toEqual(
      messages.slice(1, -1).map(({ role, content }) => ({ role, content })),
    );
    expect(systemPromptOf(last)).toContain("Be brief.");
  });
});
