import { expect, test } from "vitest";

import { text } from "../../src/demo/build-reply.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { ask, assistant, user } from "./ask.ts";
import { expectError } from "./expect-error.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";

const shared = shareTurnpike();
startEachTestAfresh(shared);

const MESSAGE = "The new message is blank: Claude takes no text that is nothing but white space.";
const BLANKS = ["", " ", "\n\t \u00a0\n", [{ type: "text", text: " " }]];

test.each(BLANKS)("a turn that says %j is refused before the model is asked", async (content) => {
  const response = await shared().post({ model: "sonnet", messages: [{ role: "user", content }] });
  await expectError(response, { status: 400, type: "invalid_request_error", code: null, param: "messages" });
  expect(shared().upstream.requests).toEqual([]);
});

test.each([
  ["/v1/responses", { input: " " }],
  ["/v1/messages", { max_tokens: 100, messages: [{ role: "user", content: " " }] }],
])("so it is on %s", async (path, body) => {
  const response = await shared().fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "sonnet", ...body }),
  });
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining(MESSAGE)]);
  expect(shared().upstream.requests).toEqual([]);
});

test("a hot conversation is as it was after it, and with words beside it a blank is no harm", async () => {
  shared().upstream.respondWith([text("one"), text("two")]);
  await ask(shared(), "hello");
  const said = [user("hello"), assistant("one")];
  expect((await shared().post({ model: "sonnet", messages: [...said, user(" ")] })).status).toBe(400);
  const both = [...said, user(" "), user("And now?")];
  expect(await ask(shared(), both)).toMatchObject({ text: "two", placement: "hot" });
});

test("in a history that comes from elsewhere it is no harm either", async () => {
  shared().upstream.respondWith(text("three"));
  const messages = [user("hello"), assistant("one"), user(" "), assistant("two"), user("And now?")];
  expect(await ask(shared(), messages)).toMatchObject({ text: "three", placement: "imported" });
  const said = conversationOf(await shared().upstream.waitForRequest(1));
  expect(said.at(0)?.content).toBe("hello");
  expect(said.at(-1)?.content).toBe("And now?");
  expect(JSON.stringify(said)).toMatch(/one.*two/);
});
