import { expect, test } from "vitest";

import type { ConversationId, PrincipalId, TurnId } from "../../src/core/words/ids.ts";
import { type KeyedServer, startKeyedServer } from "./keyed-server.ts";
import { say } from "./scripted-server.ts";

const PATH = "/admin/api/approvals";

/** A call that waits. */
function ask({ approvals }: KeyedServer, command = "npm test") {
  return approvals.ask(
    // Proof for the casts: nothing here looks into ids.
    {
      turnId: "turn_1" as TurnId,
      conversationId: "conv_1" as ConversationId,
      principalId: "somebody" as PrincipalId,
      profile: "default",
      activityId: "toolu_1",
      toolName: "Bash",
      input: { command },
      summary: `Run ${command}`,
      alwaysAllows: [],
    },
    new AbortController().signal,
  );
}

test("an admin sees what waits; to answer takes the right to approve besides", async () => {
  const keyed = await startKeyedServer(say("ok"));
  const admin = await keyed.give({ role: "admin" });
  const own = await keyed.give({ role: "admin", approve: "own" });
  const approver = await keyed.give({ role: "admin", approve: "all" });
  const viewer = await keyed.give({ role: "viewer" });
  const { event, answer } = ask(keyed);
  const list = await keyed.ask(admin, "GET", PATH);
  expect(list.json).toMatchObject({
    data: [
      { id: event.approvalId, status: "waiting", principal: "somebody", tool: "Bash", decided_by: null },
    ],
  });
  expect((await keyed.ask(viewer, "GET", PATH)).status).toBe(403);
  const one = `${PATH}/${event.approvalId}`;
  for (const key of [admin, own, viewer]) {
    expect((await keyed.ask(key, "POST", one, { decision: "allow" })).status).toBe(403);
  }
  expect((await keyed.ask(approver, "POST", one, { decision: "maybe" })).status).toBe(400);
  expect((await keyed.ask(approver, "POST", one, { decision: "deny", reason: "No." })).json).toMatchObject({
    status: "denied",
    decided_by: expect.stringMatching(/^key_/),
  });
  expect(await answer).toMatchObject({ outcome: "denied", reason: "No." });
  expect((await keyed.ask(approver, "POST", one, { decision: "allow" })).status).toBe(409);
  expect((await keyed.ask(approver, "POST", `${PATH}/apr_0`, { decision: "allow" })).status).toBe(404);
});

test("a stream tells what waits and what becomes of it", async () => {
  const keyed = await startKeyedServer(say("ok"));
  const admin = await keyed.give({ role: "admin" });
  const { event } = ask(keyed);
  const response = await fetch(`${keyed.server.url}${PATH}/stream`, {
    headers: { authorization: `Bearer ${admin}` },
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const until = async (pattern: RegExp) => {
    while (!pattern.test(text))
      text += (await reader?.read())?.value ?? expect.unreachable("the stream ended");
  };
  await until(/event: approval\.requested\n.*npm test/);
  keyed.approvals.decide(event.approvalId, { type: "allow" }, "terminal");
  await until(/event: approval\.resolved\n.*"decided_by":"terminal"/);
  await reader?.cancel();
});
