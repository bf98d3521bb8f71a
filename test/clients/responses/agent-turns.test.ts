import { join } from "node:path";

import { ChatOpenAI } from "@langchain/openai";
import { expect, test } from "vitest";

import { reply, text, textBlock, thinking, toolUse } from "../../../src/demo/build-reply.ts";
import { shareTurnpike } from "../../integration/share-turnpike.ts";
import { startEachTestAfresh } from "../../integration/start-each-test-afresh.ts";
import { API_KEY } from "../../integration/start-turnpike.ts";
import { expectOneConversation } from "../expect-one-conversation.ts";
import { FOUND_URL, searchTheWeb } from "./search-the-web.ts";

/** Clients that take the items of Claude Code's own work, and go on from them. */
const shared = shareTurnpike({ configFile: { profiles: { default: { allowedTools: ["WebSearch"] } } } });
startEachTestAfresh(shared);

function work() {
  const file = join(shared().workspace, "notes.txt");
  return searchTheWeb([
    reply({
      blocks: [
        thinking("First a look."),
        textBlock("I begin."),
        toolUse("Bash", { command: "echo out", description: "Says" }),
      ],
    }),
    reply({ blocks: [toolUse("Write", { file_path: file, content: "one\ntwo\n" })] }),
    reply({ blocks: [toolUse("Edit", { file_path: file, old_string: "two", new_string: "three" })] }),
    reply({ blocks: [toolUse("Read", { file_path: file })] }),
    reply({ blocks: [toolUse("WebSearch", { query: "tolls" })] }),
    text(`Done, says ${FOUND_URL}.`),
  ]);
}

test.each([true, false])("the stream helper of openai, store: %s", async (store) => {
  const { openai, upstream } = shared();
  upstream.respondWith(work());
  const asked = { model: "claude-code", store, include: ["reasoning.encrypted_content" as const] };
  const stream = openai.responses.stream({ ...asked, input: "Work.", reasoning: { summary: "auto" } });
  const response = await stream.finalResponse();
  expect(response.output.map(({ type }) => type)).toEqual(
    expect.arrayContaining([
      "reasoning",
      "shell_call",
      "shell_call_output",
      "apply_patch_call",
      "web_search_call",
    ]),
  );
  expect(response.output_text).toContain("Done, says");

  upstream.respondWith(text("Bye."));
  const next = store
    ? { input: "Bye.", previous_response_id: response.id }
    : {
        input: [
          { role: "user" as const, content: "Work." },
          ...response.output,
          { role: "user" as const, content: "Bye." },
        ],
      };
  // Proof: what a response gave may be sent back.
  const last = await openai.responses.create({ ...asked, ...(next as { input: string }) });
  expect(last.output_text).toBe("Bye.");
  await expectOneConversation(shared(), 2);
});

test.each(["invoke", "stream"] as const)("LangChain, by %s", async (way) => {
  shared().upstream.respondWith(work());
  const model = new ChatOpenAI({
    model: "claude-code",
    apiKey: API_KEY,
    maxRetries: 0,
    useResponsesApi: true,
    configuration: { baseURL: `${shared().url}/v1` },
  });
  const question = { role: "user", content: "Work." };
  const answer =
    way === "invoke"
      ? await model.invoke([question])
      : (await Array.fromAsync(await model.stream([question]))).reduce((left, right) => left.concat(right));
  expect(answer.text).toContain("I begin.");
  expect(answer.text).toContain("Done, says");
  shared().upstream.respondWith(text("Bye."));
  const last = await model.invoke([question, answer, { role: "user", content: "Bye." }]);
  expect(last.text).toBe("Bye.");
});
