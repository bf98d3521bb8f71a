import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { Anthropic } from "@anthropic-ai/sdk";
import type OpenAI from "openai";
import { expect, test } from "vitest";

import { runProgram } from "../../src/cli/turnpike.ts";
import { httpError } from "../../src/demo/build-fault.ts";
import { reply, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import type { Block, MessageReply } from "../../src/demo/reply.ts";
import { FakeContext } from "../cli/fake-context.ts";
import { user } from "./ask.ts";
import { OTHER_API_KEY, startTurnpike, type Turnpike } from "./start-turnpike.ts";
import { resultsFor, WEATHER } from "./tool-chat.ts";

/** Tokens; the prompt is all of it, what the cache has taken and given included. */
interface Counts {
  readonly prompt: number;
  readonly cached: number;
  readonly output: number;
}

function sumOf(all: readonly Counts[]): Counts {
  return all.reduce((sum, { prompt, cached, output }) => ({
    prompt: sum.prompt + prompt,
    cached: sum.cached + cached,
    output: sum.output + output,
  }));
}

/** Answers of the model, each of which says that it has used something else. */
class Spending {
  readonly used: Counts[] = [];

  answer(...blocks: readonly Block[]): MessageReply {
    const count = this.used.length + 1;
    const [input, read, written, output] = [100 + count, 2_000 * count, 30 * count, 7 + count];
    this.used.push({ prompt: input + read + written, cached: read, output });
    const usage = {
      input_tokens: input,
      cache_read_input_tokens: read,
      cache_creation_input_tokens: written,
      output_tokens: output,
    };
    return reply({ blocks, usage });
  }
}

const named = { headers: { "x-conversation-id": "talk" } };

/** By Chat Completions and Responses, whole and as a stream, in one conversation; and a round of the client's tools in another. */
async function askByOpenAi({ openai, upstream }: Turnpike, spending: Spending): Promise<readonly Counts[]> {
  const told: Counts[] = [];
  const chat = { model: "sonnet", messages: [user("Hello.")] };
  const play = (...blocks: readonly Block[]) => upstream.respondWith(spending.answer(...blocks));
  const noteChat = (usage: OpenAI.CompletionUsage | undefined) => {
    told.push({
      prompt: usage?.prompt_tokens ?? 0,
      cached: usage?.prompt_tokens_details?.cached_tokens ?? 0,
      output: usage?.completion_tokens ?? 0,
    });
  };
  play(textBlock("One."));
  noteChat((await openai.chat.completions.create(chat, named)).usage);
  play(textBlock("Two."));
  const stream = openai.chat.completions.stream({ ...chat, stream_options: { include_usage: true } }, named);
  noteChat(await stream.totalUsage());

  play(textBlock("Three."));
  const { usage: responseUsage } = await openai.responses.create({ model: "sonnet", input: "Hello." }, named);
  play(textBlock("Four."));
  const streamed = openai.responses.stream({ model: "sonnet", input: "Hello." }, named);
  for (const usage of [responseUsage, (await streamed.finalResponse()).usage]) {
    told.push({
      prompt: usage?.input_tokens ?? 0,
      cached: usage?.input_tokens_details.cached_tokens ?? 0,
      output: usage?.output_tokens ?? 0,
    });
  }

  play(toolUse("get_weather", { city: "Rome" }));
  const asked = { ...chat, tools: [WEATHER] };
  const call = await openai.chat.completions.create(asked);
  noteChat(call.usage);
  const [message] = call.choices.map((choice) => choice.message);
  if (!message) throw new Error("There is no choice.");
  play(textBlock("Warm."));
  const messages = [...chat.messages, message, ...resultsFor(message, () => "18 degrees")];
  noteChat((await openai.chat.completions.create({ ...asked, messages })).usage);
  return told;
}

/** By the Messages API, whole and as a stream, and a turn in which Claude Code works by itself, so that the model is asked twice. */
async function askByAnthropic(turnpike: Turnpike, spending: Spending): Promise<readonly Counts[]> {
  const { url, upstream, workspace } = turnpike;
  const client = new Anthropic({ baseURL: url, apiKey: OTHER_API_KEY, authToken: null, maxRetries: 0 });
  const request = { model: "sonnet", max_tokens: 1000, messages: [user("Hello.")] };
  upstream.respondWith(spending.answer(textBlock("Five.")));
  const whole = await client.messages.create(request, named);
  upstream.respondWith(spending.answer(textBlock("Six.")));
  const streamed = await client.messages.stream(request, named).finalMessage();
  const file = join(workspace, "notes.txt");
  await writeFile(file, "alpha\n");
  upstream.respondWith([
    spending.answer(toolUse("Read", { file_path: file })),
    spending.answer(textBlock("Alpha.")),
  ]);
  const worked = await client.messages.create({ ...request, model: "claude-code" });
  return [whole, streamed, worked].map(({ usage }) => {
    const { cache_read_input_tokens: read, cache_creation_input_tokens: written } = usage;
    return {
      prompt: usage.input_tokens + (read ?? 0) + (written ?? 0),
      cached: read ?? 0,
      output: usage.output_tokens,
    };
  });
}

/** What `turnpike usage` says, each row with its requests. */
async function readUsage({ dataDir, folder }: Turnpike, ...args: readonly string[]) {
  const person = new FakeContext(folder);
  person.now = Date.now();
  expect(await runProgram(["usage", "--json", "--data-dir", dataDir, ...args], person.context)).toBe(0);
  const { data, total }: { data: Record<string, number>[]; total: Record<string, number> | null } =
    JSON.parse(person.printed.join("\n"));
  return [...data, ...(total ? [total] : [])].map((row) => ({
    requests: row["requests"],
    prompt:
      Number(row["input_tokens"]) + Number(row["cache_read_tokens"]) + Number(row["cache_write_tokens"]),
    cached: row["cache_read_tokens"],
    output: row["output_tokens"],
    total: row["total_tokens"],
  }));
}

const rowOf = (counts: Counts, requests: number) => ({
  ...counts,
  requests,
  total: counts.prompt + counts.output,
});

test(
  "turnpike usage says what the clients were told, whatever they speak, and that is what the model has used",
  { timeout: 240_000 },
  async () => {
    const turnpike = await startTurnpike();
    const [first, second] = [new Spending(), new Spending()];
    const told = [await askByOpenAi(turnpike, first), await askByAnthropic(turnpike, second)] as const;
    expect(told.map(sumOf)).toEqual([first, second].map(({ used }) => sumOf(used)));
    // One that fails has used nothing, and counts.
    turnpike.upstream.respondWith(httpError(400, { type: "invalid_request_error", message: "No." }));
    expect((await turnpike.post({ model: "sonnet", messages: [user("Hello.")] })).status).toBe(400);

    const whole = rowOf(sumOf(told.flat()), told.flat().length + 1);
    expect(await readUsage(turnpike)).toEqual([whole, whole]);
    const byKey = await readUsage(turnpike, "--by", "key");
    expect(byKey).toHaveLength(3);
    expect(byKey).toContainEqual(rowOf(sumOf(told[0]), told[0].length + 1));
    expect(byKey).toContainEqual(rowOf(sumOf(told[1]), told[1].length));
    expect(await readUsage(turnpike, "--until", "1h")).toEqual([]);
  },
);
