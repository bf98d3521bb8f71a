import { createOpenAI } from "@ai-sdk/openai";
import { ChatOpenAI } from "@langchain/openai";
import { Agent, OpenAIProvider, Runner } from "@openai/agents";
import { streamText } from "ai";
import OpenAI from "openai";
import { expect, onTestFinished, test } from "vitest";

import { toldByClaude } from "../../engine/told-by-claude.ts";
import { encodeResponseEvent } from "../../../src/protocols/responses/output/encode-response-event.ts";
import { ResponseWriter } from "../../../src/protocols/responses/output/response-writer.ts";
import { headWith, turnEnd, turnOf } from "../../schema/response-turns.ts";

/**
 * A turn with all that has no words of OpenAI's. Without items for commands and files: of those some clients take only what they
 * have tools for.
 */
const AGENT_TURN = toldByClaude([
  { type: "activity-start", activityId: "toolu_1", name: "Read", input: { file_path: "a.ts" } },
  {
    type: "permission-request",
    approvalId: "appr_1",
    activityId: "toolu_1",
    toolName: "Bash",
    input: { command: "npm run fix" },
    summary: "Run npm run fix",
    alwaysAllows: ["Bash(npm run *)"],
    expiresAt: 1_300_000,
  },
  { type: "permission-resolved", approvalId: "appr_1", outcome: "allowed" },
  { type: "activity-progress", activityId: "toolu_1", name: "Bash", elapsedMs: 10_000 },
  { type: "activity-end", activityId: "toolu_1", isError: false, output: "text" },
  { type: "file-change", activityId: "toolu_1", change: { type: "changed", path: "a.ts" } },
  { type: "text-delta", text: "It is fixed." },
  { type: "file-changes", changes: [], isComplete: false },
  turnEnd(),
]);

const URL = "http://127.0.0.1:1/v1";

/** Answers any request with that turn. */
function fetchOf(tellsAgent: boolean): typeof fetch {
  const writer = new ResponseWriter(headWith({ tellsAgent }), () => 2_000_000);
  const events = [...writer.start(), ...turnOf(...AGENT_TURN).flatMap((event) => writer.of(event))];
  const body = events.map(encodeResponseEvent).join("");
  expect(body.includes("response.claude.")).toBe(tellsAgent);
  return () => Promise.resolve(new Response(body, { headers: { "content-type": "text/event-stream" } }));
}

function clientOf(tellsAgent: boolean): OpenAI {
  return new OpenAI({ apiKey: "none", baseURL: URL, maxRetries: 0, fetch: fetchOf(tellsAgent) });
}

function putTogether(tellsAgent: boolean): Promise<unknown> {
  return clientOf(tellsAgent).responses.stream({ model: "claude", input: "Fix it." }).finalResponse();
}

test.each([true, false])("AI SDK, events of ours: %s", async (tellsAgent) => {
  const model = createOpenAI({ baseURL: URL, apiKey: "none", fetch: fetchOf(tellsAgent) })("claude");
  const errors: unknown[] = [];
  const result = streamText({ model, prompt: "Fix it.", onError: ({ error }) => void errors.push(error) });
  expect(await result.text).toBe("It is fixed.");
  expect(await result.finishReason).toBe("stop");
  expect(errors).toEqual([]);
});

test.each([true, false])("LangChain, events of ours: %s", async (tellsAgent) => {
  const model = new ChatOpenAI({
    model: "claude",
    apiKey: "none",
    maxRetries: 0,
    useResponsesApi: true,
    configuration: { baseURL: URL, fetch: fetchOf(tellsAgent) },
  });
  const chunks = await Array.fromAsync(await model.stream("Fix it."));
  expect(chunks.map((chunk) => chunk.text).join("")).toBe("It is fixed.");
});

test.each([true, false])("Agents SDK, events of ours: %s", async (tellsAgent) => {
  const modelProvider = new OpenAIProvider({ openAIClient: clientOf(tellsAgent), useResponses: true });
  onTestFinished(() => modelProvider.close());
  const runner = new Runner({ tracingDisabled: true, modelProvider });
  const result = await runner.run(new Agent({ name: "Fixer", model: "claude" }), "Fix it.", { stream: true });
  await result.completed;
  expect(result.finalOutput).toBe("It is fixed.");
});

test("the openai package hands them on one by one", async () => {
  const stream = await clientOf(true).responses.create({ model: "claude", input: "Fix it.", stream: true });
  const types = (await Array.fromAsync(stream)).map((event): string => event.type);
  expect(types.filter((type) => type.startsWith("response.claude."))).toHaveLength(5);
  expect(types.at(-1)).toBe("response.completed");
});

test("but its helper that puts a response together takes none, so they come only to those who ask", async () => {
  await expect(putTogether(true)).rejects.toThrow("Unhandled response stream event");
  await expect(putTogether(false)).resolves.toMatchObject({
    output_text: "It is fixed.",
    claude: { file_changes_incomplete: true },
  });
});
