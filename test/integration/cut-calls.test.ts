import { describe, expect, test } from "vitest";

import { reply, text, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { ask, user } from "./ask.ts";
import { parseEvents, respond } from "./respond.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";

const PARAMETERS = { type: "object", properties: { place: { type: "string" } } };
const FUNCTION = { name: "look", parameters: PARAMETERS };
const TOOL = { type: "function" as const, ...FUNCTION, strict: false };
const PATCH = { type: "apply_patch" as const };

/** The limit of tokens comes in the middle of the arguments, or before the first of them. */
const CUTS = [
  ["in the middle", '{"place":"Os'],
  ["before it has any arguments", ""],
] as const;

const cutCall = (name: string, argument: string) =>
  reply({
    blocks: [textBlock("I look."), toolUse(name, {}, { chunks: [argument] })],
    stopReason: "max_tokens",
  });

describe.each([
  { where: "on a worker", flags: {} },
  { where: "in a session", flags: { "sessions.workers": "no" } },
])("a call that the limit cuts, $where,", ({ flags }) => {
  const shared = shareTurnpike({ flags });
  startEachTestAfresh(shared);

  test.each(CUTS)(
    "%s is an incomplete item, and the next response goes on without it",
    async (_, argument) => {
      const turnpike = shared();
      turnpike.upstream.respondWith(cutCall("look", argument));
      const { body } = await respond(turnpike, "Where?", { tools: [TOOL] });
      expect(body).toMatchObject({
        status: "incomplete",
        incomplete_details: { reason: "max_output_tokens" },
      });
      expect(body.output.at(-1)).toMatchObject({
        type: "function_call",
        status: "incomplete",
        arguments: argument,
      });

      turnpike.upstream.clear();
      turnpike.upstream.respondWith(text("In Oslo."));
      const next = await respond(turnpike, "Say it.", { tools: [TOOL], previous_response_id: body.id });
      expect(next.text).toBe("In Oslo.");
      expect(JSON.stringify(conversationOf(await turnpike.upstream.waitForRequest(1)))).not.toContain(
        "tool_use",
      );
    },
  );

  test("does not keep a conversation from going on", async () => {
    const turnpike = shared();
    const { id: conversation } = await turnpike.openai.conversations.create();
    turnpike.upstream.respondWith(cutCall("look", '{"place":"Os'));
    await respond(turnpike, "Where?", { tools: [TOOL], conversation });
    turnpike.upstream.respondWith(text("In Oslo."));
    expect((await respond(turnpike, "Say it.", { tools: [TOOL], conversation })).text).toBe("In Oslo.");
  });

  test("does not keep a named chat from going on, and is told as OpenAI tells it", async () => {
    const turnpike = shared();
    const options = { conversation: "cut", tools: [{ type: "function" as const, function: FUNCTION }] };
    turnpike.upstream.respondWith(cutCall("look", '{"place":"Os'));
    const answer = await turnpike.post(
      { model: "sonnet", messages: [user("Where?")], tools: options.tools },
      { "x-conversation-id": options.conversation },
    );
    expect(await answer.json()).toMatchObject({
      choices: [
        {
          message: { tool_calls: [{ function: { name: "look", arguments: '{"place":"Os' } }] },
          finish_reason: "length",
        },
      ],
    });
    turnpike.upstream.clear();
    turnpike.upstream.respondWith(text("In Oslo."));
    expect((await ask(turnpike, "Say it.", options)).text).toBe("In Oslo.");
    expect(JSON.stringify(conversationOf(await turnpike.upstream.waitForRequest(1)))).not.toContain(
      "tool_use",
    );
  });

  test("is no patch for the client to apply", async () => {
    const turnpike = shared();
    turnpike.upstream.respondWith(cutCall("apply_patch", '{"operation":{"type":"update_file","path":"a'));
    const answer = await turnpike.fetch("/v1/responses", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "sonnet", input: "Mend it.", tools: [PATCH], stream: true }),
    });
    const events = parseEvents(await answer.text());
    expect(events.at(-1)).toMatchObject({ type: "response.incomplete" });
    expect(JSON.stringify(events)).not.toContain("apply_patch_call");
  });
});
