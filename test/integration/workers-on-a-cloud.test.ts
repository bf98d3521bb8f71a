import { expect, onTestFinished, test } from "vitest";

import { text } from "../../src/demo/build-reply.ts";
import { userTexts } from "../../src/demo/user-text.ts";
import { openCloudDoor } from "../upstream/open-cloud-door.ts";
import { marksIn } from "../upstream/marks-in.ts";
import { conversationOf, systemPromptOf } from "../upstream/read-request.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { ask, assistant, system, user } from "./ask.ts";
import { runningProcessIds } from "./claude-processes.ts";
import { OTHER_API_KEY, startTurnpike } from "./start-turnpike.ts";

test("on a cloud conversations share a process, each principal its own, and the model is sent what the client sent", async () => {
  const upstream = await startUpstream();
  const door = await openCloudDoor(upstream.url);
  onTestFinished(() => door.close());
  const turnpike = await startTurnpike({
    upstream,
    environment: {
      ANTHROPIC_API_KEY: undefined,
      CLAUDE_CODE_USE_BEDROCK: "1",
      CLAUDE_CODE_SKIP_BEDROCK_AUTH: "1",
      AWS_REGION: "us-east-1",
      ANTHROPIC_BEDROCK_BASE_URL: door.url,
    },
  });
  upstream.respondWith(({ body }) => text(`re: ${userTexts(body).at(-1)}`));
  const model = "claude-sonnet-4-6";
  const first = [system("Be brief."), user("one")];
  expect((await ask(turnpike, first, { model })).text).toBe("re: one");
  const goesOn = [...first, assistant("re: one"), user("two")];
  expect(await ask(turnpike, goesOn, { model })).toMatchObject({ placement: "hot", text: "re: two" });
  const foreign = [user("a"), assistant("b"), user("c")];
  expect(await ask(turnpike, foreign, { model })).toMatchObject({ placement: "imported" });
  expect(await runningProcessIds()).toHaveLength(1);
  await ask(turnpike, "theirs", { model, apiKey: OTHER_API_KEY });
  expect(await runningProcessIds()).toHaveLength(2);
  expect(upstream.requests.map(conversationOf)).toEqual([
    [user("one")],
    [user("one"), assistant("re: one"), user("two")],
    foreign,
    [user("theirs")],
  ]);
  expect(upstream.requests.map(systemPromptOf)).toEqual(["Be brief.", "Be brief.", "", ""]);
  // A cloud refuses a mark on the request as a whole: it goes where the API would put it.
  const marked = await turnpike.post({
    model,
    messages: [user("x")],
    cache_control: { type: "ephemeral", ttl: "1h" },
  });
  expect(marked.status, await marked.text()).toBe(200);
  const request = upstream.requests.at(-1);
  expect(request && marksIn(request.body)).toEqual(["messages.0.content.0 1h"]);
});
