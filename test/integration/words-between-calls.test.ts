import { expect, test } from "vitest";

import { reply, text, textBlock, thinking, toolUse } from "../../src/demo/build-reply.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import type { Turnpike } from "./start-turnpike.ts";

const shared = shareTurnpike({
  configFile: { profiles: { plain: { activity: "text" } }, models: { plain: { profile: "plain" } } },
});
const MODEL = "claude-code/claude-opus-5-5";

/** The model thinks aloud before one call and without a word before another. */
function scriptWork({ upstream }: Turnpike): void {
  upstream.clear();
  upstream.respondWith([
    reply({ blocks: [thinking("Let me look."), toolUse("Bash", { command: "pwd", description: "x" })] }),
    reply({ blocks: [thinking(""), toolUse("Bash", { command: "true", description: "x" })] }),
    reply({ blocks: [thinking(""), textBlock("Done.")] }),
  ]);
}

async function ask(
  turnpike: Turnpike,
  extra: object = {},
  messages: readonly object[] = [{ role: "user", content: "Go." }],
) {
  const response = await turnpike.post({ model: MODEL, messages, ...extra });
  // Proof for the cast: bodies are checked against OpenAI's types elsewhere.
  const body = (await response.json()) as {
    choices: [{ message: { content: string; reasoning_content?: string } }];
  };
  return { message: body.choices[0].message, placement: response.headers.get("x-turnpike-placement") };
}

test("words and silent steps are among the thinking, and the text is the answer alone", async () => {
  const turnpike = shared();
  scriptWork(turnpike);
  expect((await ask(turnpike)).message).toMatchObject({
    content: "Done.",
    reasoning_content: "Let me look.\nBash: true\n",
  });
});

test("a client that shows nothing but text has the work there, and goes on from it", async () => {
  const turnpike = shared();
  scriptWork(turnpike);
  const asked = await ask(turnpike, { claude: { activity: "text" } });
  const content = "Let me look.\n\n> Bash: pwd\n\n> Bash: true\n\nDone.";
  expect(asked.message.content).toBe(content);
  turnpike.upstream.respondWith(text("Welcome."));
  const history = [{ role: "user", content: "Go." }, asked.message, { role: "user", content: "Thanks." }];
  expect(await ask(turnpike, { claude: { activity: "text" } }, history)).toMatchObject({
    message: { content: "Welcome." },
    placement: "hot",
  });
  scriptWork(turnpike);
  expect((await ask(turnpike, { model: "plain" })).message.content).toBe(content);
});

test("responses have a reasoning item for each block between the items of the work", async () => {
  const turnpike = shared();
  scriptWork(turnpike);
  const response = await turnpike.openai.responses.create({
    model: MODEL,
    input: "Go.",
    reasoning: { summary: "auto" },
  });
  expect(response.output.map(({ type }) => type)).toEqual([
    "reasoning",
    "shell_call",
    "shell_call_output",
    "reasoning",
    "shell_call",
    "shell_call_output",
    "reasoning",
    "message",
  ]);
});
