import { describe, expect, test } from "vitest";

import { reply, text, textBlock } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { expectError, expectErrorBody } from "./expect-error.ts";
import { canFindProcesses, findProcesses } from "./find-processes.ts";
import { errorsOf, readEvents, textOf } from "./read-events.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import type { Turnpike } from "./start-turnpike.ts";
import { Talk } from "./talk.ts";

const turnpike = shareTurnpike({ spares: 1 });
const CRASH = { type: "server_error", code: "engine_failed", message: /Send the request again/ } as const;

describe.each(["sonnet", "claude-code"])("Claude Code is killed in the middle of a turn of %s", (model) => {
  const talk = new Talk(turnpike, model);

  test.each([
    { name: "before its text, streaming", stream: true, said: [] },
    { name: "before its text, not streaming", stream: false, said: [] },
    { name: "after text, streaming", stream: true, said: ["Half of it"] },
    { name: "after text, not streaming", stream: false, said: ["Half of it"] },
  ])("$name: the client hears of it and the conversation goes on", async ({ name, stream, said }) => {
    const { upstream, post } = turnpike();
    const gate = new Gate();
    await talk.begin();
    upstream.clear();
    upstream.respondWith(reply({ blocks: [textBlock("", { chunks: [...said, gate, " all."] })] }));
    const question = `and now, ${name}?`;
    const more = talk.asking(question);

    const answering = post({ model, messages: more, stream });
    await gate.reached;
    // The answer begins with its first text: then the text was seen.
    if (stream && said.length > 0) await answering;
    process.kill(await processOf(turnpike(), talk.conversation), "SIGKILL");
    const response = await answering;
    if (stream && said.length > 0) {
      expect(response.status).toBe(200);
      const events = await readEvents(response);
      expect(textOf(events)).toBe("Half of it");
      expect(events.at(-1)).toBe("[DONE]");
      expect(errorsOf(events)).toHaveLength(1);
      expectErrorBody(events.at(-2), CRASH);
    } else {
      await expectError(response, { status: 502, ...CRASH });
    }

    expect(upstream.requests.map(conversationOf)).toEqual([more]);
    await talk.say(question, `two, ${name}`);
    expect(upstream.requests.map(conversationOf)).toEqual([more]);
  });

  test("between two turns: the next one resumes", async () => {
    const { upstream, openai, until, folder } = turnpike();
    // Any idle process may be the one that served it.
    const isOnWorker = model === "sonnet";
    upstream.clear();
    upstream.respondWith([text("one"), text("two")]);
    const messages = [{ role: "user" as const, content: `between for ${model}` }];
    const { response } = await openai.chat.completions.create({ model, messages }).withResponse();
    const before = await until(({ sessions }) => sessions.busy === 0);
    const conversation = response.headers.get("x-conversation-id") ?? "";
    const killed = isOnWorker
      ? (await findProcesses(folder)).map(({ processId }) => processId)
      : [await processOf(turnpike(), conversation)];
    for (const processId of killed) process.kill(processId, "SIGKILL");
    await until(({ sessions }) => sessions.idle < before.sessions.idle);

    const more = [...messages, { role: "assistant" as const, content: "one" }, ...messages];
    const next = await openai.chat.completions.create({ model, messages: more }).withResponse();
    expect(next.data.choices[0]?.message.content).toBe("two");
    expect(next.response.headers.get("x-turnpike-placement")).toBe(isOnWorker ? "hot" : "resumed");
    expect(conversationOf(await upstream.waitForRequest(2))).toEqual(more);
  });
});

test.runIf(canFindProcesses)("all spares are killed at once: new conversations start cold", async () => {
  const { upstream, post, until, folder } = turnpike();
  upstream.clear();
  upstream.respondWith(text("here"));
  await until(({ spares }) => spares.ready === spares.limit);
  const killed = await findProcesses(folder);
  expect(killed.length).toBeGreaterThan(0);
  for (const { processId } of killed) process.kill(processId, "SIGKILL");

  const response = await post({ model: "sonnet", messages: [{ role: "user", content: "anybody there?" }] });
  expect(response.status, await response.text()).toBe(200);
});

async function processOf({ fetch }: Turnpike, conversation: string): Promise<number> {
  const response = await fetch(`/conversations/${conversation}`);
  // Proof for the cast: a body of another shape fails the test that reads it.
  const body = (await response.json()) as { session: { process_id: number } };
  return body.session.process_id;
}
