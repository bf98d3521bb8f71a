import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { expect, onTestFinished, test } from "vitest";

import { reply, text, textBlock } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { delay } from "../../src/lib/time.ts";
import { expectError } from "./expect-error.ts";
import { makeFolder, startTurnpike } from "./start-turnpike.ts";

const JSON_BODY = { method: "POST", headers: { "content-type": "application/json" } };

test("what has ended while another program held the database is on record afterwards", async () => {
  const dataDir = join(await makeFolder(), "data");
  const turnpike = await startTurnpike({ dataDir });
  const { openai, upstream } = turnpike;
  const conversation = await openai.conversations.create();
  const gate = new Gate();
  upstream.respondWith(reply({ blocks: [textBlock("", { chunks: ["Good ", gate, "day."] })] }));
  const input = "hello";
  const background = await openai.responses.create({
    model: "sonnet",
    input,
    background: true,
    stream: true,
  });
  const events = background[Symbol.asyncIterator]();
  const created = (await events.next()).value;
  if (created?.type !== "response.created") throw new Error("It begins with its response");
  const { id } = created.response;
  const inConversation = openai.responses.create({ model: "sonnet", input, conversation: conversation.id });
  const chat = openai.chat.completions.create({
    model: "sonnet",
    messages: [{ role: "user", content: input }],
    store: true,
  });
  const running = async () => turnpike.health().turns.running;
  // On record as running, and at the gate.
  await until(async () => upstream.requests.length === 3 && (await running()) === 3);
  const reader = new DatabaseSync(join(dataDir, "turnpike.db"), { readOnly: true });
  onTestFinished(() => reader.close());
  const statuses = () =>
    reader
      .prepare("select status from turns")
      .all()
      .map(({ status }) => status);
  await until(() => statuses().length === 3);

  const other = new DatabaseSync(join(dataDir, "turnpike.db"));
  onTestFinished(() => other.close());
  other.exec("begin immediate");
  gate.release();
  const rest: string[] = [];
  for (let next = await events.next(); !next.done; next = await events.next()) rest.push(next.value.type);
  expect(rest.at(-1)).toBe("response.completed");
  const told = await inConversation;
  const completion = await chat;
  expect(told.output_text).toBe("Good day.");
  expect(statuses()).toEqual(["running", "running", "running"]);
  // It is known all the same, with its stream.
  expect((await openai.responses.retrieve(id)).status).toBe("completed");
  const again = await openai.responses.retrieve(id, { stream: true, starting_after: 2 });
  expect((await Array.fromAsync(again)).at(-1)?.type).toBe("response.completed");

  // A response that nobody could come back to is refused with the reason.
  const refused = await turnpike.fetch("/v1/responses", {
    ...JSON_BODY,
    body: JSON.stringify({ model: "sonnet", input, background: true }),
  });
  expect(refused.headers.get("retry-after")).toBe("5");
  await expectError(refused, {
    status: 503,
    type: "server_error",
    code: "store_unavailable",
    message: /another program holds the database/,
  });

  other.exec("rollback");
  upstream.respondWith(text("Yes."));
  // Each goes on at once from what was just owed.
  const next = await openai.responses.create({
    model: "sonnet",
    input: "Are you there?",
    previous_response_id: id,
  });
  expect(next.output_text).toBe("Yes.");
  await openai.responses.create({ model: "sonnet", input: "And here?", conversation: conversation.id });
  expect(upstream.requests.at(-1)?.body.messages).toHaveLength(3);
  expect(statuses()).toEqual(["completed", "completed", "completed", "completed", "completed"]);
  expect((await openai.responses.retrieve(id)).output_text).toBe("Good day.");
  expect((await openai.chat.completions.retrieve(completion.id)).choices[0]?.message.content).toBe(
    "Good day.",
  );
  expect((await turnpike.fetch("/health/ready")).status).toBe(200);
});

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(10);
}
