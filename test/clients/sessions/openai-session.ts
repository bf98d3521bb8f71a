import OpenAI from "openai";
import type {
  ChatCompletion,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionMessage,
  ChatCompletionMessageParam,
  ChatCompletionTool,
  ChatCompletionToolChoiceOption,
} from "openai/resources/chat/completions";
import type { FunctionTool, ResponseInput, ToolChoiceFunction } from "openai/resources/responses/responses";
import * as zod from "zod";

import { NOTE_TOOLS, noteRounds, runNoteTool, TEMPERATURE } from "./note-tools.ts";
import type { SessionClient, SessionEnd, SessionPlace } from "./session.ts";

const MAX_ROUNDS = 8;

/** By Chat Completions, whole or as a stream that the package's helper reads. */
export function openaiChatSession(way: "create" | "stream"): SessionClient {
  return {
    name: `openai-chat-${way}`,
    rounds: noteRounds,
    sideRequests: 0,
    temperature: TEMPERATURE,
    forcesTools: true,
    async play(place) {
      const openai = createClient(place);
      const messages: ChatCompletionMessageParam[] = [{ role: "user", content: place.prompt }];
      let remarks = "";
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const body = {
          model: place.model,
          messages,
          temperature: TEMPERATURE,
          tools: chatTools,
          tool_choice: chatChoices[round] ?? "auto",
        } as const;
        const { message, remark } = await (way === "create" ? askWhole : askStreamed)(openai, body);
        messages.push(message);
        remarks += remark;
        const calls = message.tool_calls ?? [];
        if (calls.length === 0) return { answer: message.content ?? "", remarks, problems: [] };
        for (const call of calls) {
          if (call.type !== "function") throw new Error(`A call of the type ${call.type}`);
          const content = runNoteTool(call.function.name, JSON.parse(call.function.arguments));
          messages.push({ role: "tool", tool_call_id: call.id, content });
        }
      }
      return tooManyRounds(remarks);
    },
  };
}

/** By Responses, each of which names the one before, or each with all of the history. */
export function openaiResponsesSession(way: "stored" | "not stored"): SessionClient {
  return {
    name: `openai-responses-${way}`,
    rounds: noteRounds,
    sideRequests: 0,
    temperature: TEMPERATURE,
    forcesTools: true,
    async play(place) {
      const openai = createClient(place);
      const history: ResponseInput = [];
      let input: ResponseInput = [{ role: "user", content: place.prompt }];
      let before: string | undefined;
      let remarks = "";
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const settings = {
          model: place.model,
          temperature: TEMPERATURE,
          tools: responseTools,
          tool_choice: responseChoices[round] ?? "auto",
          reasoning: { summary: "auto" },
        } as const;
        history.push(...input);
        const response =
          way === "stored"
            ? await openai.responses.create({
                ...settings,
                input,
                ...(before !== undefined && { previous_response_id: before }),
              })
            : await openai.responses
                .stream({
                  ...settings,
                  input: history,
                  store: false,
                  include: ["reasoning.encrypted_content"],
                })
                .finalResponse();
        before = response.id;
        // Proof: what a response says is input for the next one, by the interface itself.
        history.push(...(response.output as ResponseInput));
        for (const item of response.output) {
          if (item.type === "reasoning") remarks += item.summary.map((part) => part.text).join("");
        }
        remarks += response.output_text;
        const calls = response.output.flatMap((item) => (item.type === "function_call" ? [item] : []));
        if (calls.length === 0) return { answer: response.output_text, remarks, problems: [] };
        input = calls.map((call) => ({
          type: "function_call_output",
          call_id: call.call_id,
          output: runNoteTool(call.name, JSON.parse(call.arguments)),
        }));
      }
      return tooManyRounds(remarks);
    },
  };
}

function createClient({ url, apiKey }: SessionPlace): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey });
}

function tooManyRounds(remarks: string): SessionEnd {
  return { answer: "", remarks, problems: ["It called tools without an end"] };
}

type Question = Omit<ChatCompletionCreateParamsNonStreaming, "stream">;

async function askWhole(openai: OpenAI, body: Question) {
  const completion = await openai.chat.completions.create(body);
  const message = messageOf(completion);
  return { message, remark: remarkOf(message) };
}

/** The package's helper keeps only the last piece of fields that it does not know, so that thinking is read from the chunks. */
async function askStreamed(openai: OpenAI, body: Question) {
  let remark = "";
  const stream = openai.chat.completions.stream(body);
  stream.on("chunk", ({ choices }) => {
    for (const { delta } of choices) remark += remarkOf(delta);
  });
  return { message: messageOf(await stream.finalChatCompletion()), remark };
}

function messageOf({ choices }: Pick<ChatCompletion, "choices">): ChatCompletionMessage {
  const [choice] = choices;
  if (!choice) throw new Error("There is no choice.");
  return choice.message;
}

const messageSchema = zod.looseObject({
  content: zod.nullish(zod.string()),
  reasoning_content: zod.nullish(zod.string()),
});

function remarkOf(message: unknown): string {
  const { content, reasoning_content: reasoning } = messageSchema.parse(message);
  return `${reasoning ?? ""}${content ?? ""}`;
}

const chatTools: ChatCompletionTool[] = NOTE_TOOLS.map(({ name, description, schema }) => ({
  type: "function",
  function: { name, description, parameters: zod.toJSONSchema(schema) },
}));

const chatChoices: readonly ChatCompletionToolChoiceOption[] = [
  { type: "function", function: { name: "write_file" } },
  "required",
];

const responseTools: FunctionTool[] = NOTE_TOOLS.map(({ name, description, schema }) => ({
  type: "function",
  strict: null,
  name,
  description,
  parameters: zod.toJSONSchema(schema),
}));

const responseChoices: readonly (ToolChoiceFunction | "required")[] = [
  { type: "function", name: "write_file" },
  "required",
];
