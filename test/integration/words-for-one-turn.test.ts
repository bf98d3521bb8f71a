import type { ChatCompletionMessageParam } from "openai/resources";
import { expect, test } from "vitest";

import { reply, text, textBlock, thinking, toolUse } from "../../src/demo/build-reply.ts";
import type { MessageReply } from "../../src/demo/reply.ts";
import { user } from "./ask.ts";
import { readAs } from "./random-history.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { askWithTools, resultsFor } from "./tool-chat.ts";

const MODEL = "sonnet/claude-sonnet-5-5";
const CALL = reply({ blocks: [thinking("Hm."), toolUse("get_weather", { city: "Bern" })] });
const JSON_ANSWER = reply({ blocks: [thinking("Hm."), textBlock("{}")] });
const OBJECT = { response_format: { type: "json_object" } } as const;

const shared = shareTurnpike();

interface Turn {
  readonly messages: readonly ChatCompletionMessageParam[];
  readonly options?: Parameters<typeof askWithTools>[2];
}

async function ask({ messages, options }: Turn, answer: MessageReply) {
  const { upstream } = shared();
  upstream.clear();
  upstream.respondWith(answer);
  const said = await askWithTools(shared(), messages, { model: MODEL, ...options });
  const request = await upstream.waitForRequest(1);
  return { ...said, read: readAs(request), sent: JSON.stringify(request.body.messages) };
}

test.each([
  ["a format", OBJECT, JSON_ANSWER, "exactly one JSON object"],
  ["brevity", { verbosity: "low" }, text("Yes."), "as briefly as"],
  ["a call", { tool_choice: "required" }, CALL, "You must call the tool get_weather"],
] as const)("%s is asked for in words for one turn: the next reads the client's history", async (...each) => {
  const [name, options, answer, words] = each;
  const messages = [user(`With ${name}?`)];
  const first = await ask({ messages, options }, answer);
  expect(first.sent).toContain(words);
  const next = [...messages, first.message, ...resultsFor(first.message, () => "Sun"), user("And now?")];
  const hot = await ask({ messages: next }, text("Done."));
  expect(hot.placement).toBe("hot");
  expect(hot.sent).not.toContain(words);
  await shared().fetch(`/conversations/${hot.conversation}?mode=evict`, { method: "DELETE" });
  const again = await ask({ messages: next }, text("Done."));
  expect(again.placement).toBe("resumed");
  expect(again.read).toEqual(hot.read);
});

test("words that still hold stay in what the prompt cache knows, and so does the thinking behind them", async () => {
  const messages = [user("Always JSON?")];
  const first = await ask({ messages, options: OBJECT }, JSON_ANSWER);
  const second = [...messages, first.message, user("More.")];
  const still = await ask({ messages: second, options: OBJECT }, JSON_ANSWER);
  expect(still.placement).toBe("hot");
  expect(still.sent.split("exactly one JSON object")).toHaveLength(3);
  expect(still.sent.split('"type":"thinking"')).toHaveLength(2);
  const last = await ask({ messages: [...second, still.message, user("In words?")] }, text("Done."));
  expect(last.placement).toBe("hot");
  expect(last.sent).not.toContain("exactly one JSON object");
  expect(last.sent).not.toContain('"type":"thinking"');
});
