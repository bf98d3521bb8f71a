import type { RecordedRequest } from "../../src/demo/recorded-request.ts";
import type { Turnpike } from "./start-turnpike.ts";

/** One parameter in the spelling of each protocol. */
export interface Asked {
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxTokens?: number;
  readonly effort?: string;
  /** `any`: some tool of those below; else the name of one. Such an answer ends the conversation. */
  readonly tool?: string;
}

export type Protocol = "chat" | "responses" | "messages";

export const PROTOCOLS: readonly Protocol[] = ["chat", "responses", "messages"];

const TOOLS = ["get_time", "get_weather"];
const SCHEMA = { type: "object", properties: {}, additionalProperties: false };

export interface Heard {
  readonly status: number;
  /** What the client got, streamed or not. */
  readonly text: string;
  readonly placement: string | null;
  readonly ignored: readonly string[];
  /** The first request that this one made to the model's API. */
  readonly sent: RecordedRequest;
}

/**
 * Asks in one of the protocols, and sees what the model's API received. All that is asked of a model is one conversation, whatever
 * the protocol: it runs in one process.
 */
export async function askIn(
  { fetch, upstream }: Turnpike,
  protocol: Protocol,
  model: string,
  asked: Asked,
  isStream = false,
): Promise<Heard> {
  const count = upstream.requests.length;
  const [path, body] = BODIES[protocol](asked);
  const response = await fetch(path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "anthropic-version": "2023-06-01",
      ...(asked.tool === undefined && { "x-conversation-id": model }),
    },
    body: JSON.stringify({ model, stream: isStream, ...body }),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${protocol} ${model}: ${response.status} ${text}`);
  const header = response.headers.get("x-turnpike-ignored") ?? "";
  return {
    status: response.status,
    text,
    placement: response.headers.get("x-turnpike-placement"),
    ignored: header === "" ? [] : header.split(","),
    sent: await upstream.waitForRequest(count + 1),
  };
}

/** How each protocol calls the parameter, in `X-Turnpike-Ignored` too. */
export const NAMES = {
  chat: {
    temperature: "temperature",
    topP: "top_p",
    maxTokens: "max_completion_tokens",
    effort: "reasoning_effort",
    tool: "tool_choice",
  },
  responses: {
    temperature: "temperature",
    topP: "top_p",
    maxTokens: "max_output_tokens",
    effort: "reasoning.effort",
    tool: "tool_choice",
  },
  messages: {
    temperature: "temperature",
    topP: "top_p",
    maxTokens: "max_tokens",
    effort: "output_config.effort",
    tool: "tool_choice",
  },
} as const;

const BODIES: Readonly<Record<Protocol, (asked: Asked) => [path: string, body: object]>> = {
  chat: ({ temperature, topP, maxTokens, effort, tool }) => [
    "/v1/chat/completions",
    {
      messages: [{ role: "user", content: "Hello." }],
      temperature,
      top_p: topP,
      max_completion_tokens: maxTokens,
      reasoning_effort: effort,
      ...(tool && {
        tools: TOOLS.map((name) => ({ type: "function", function: { name, parameters: SCHEMA } })),
        tool_choice: tool === "any" ? "required" : { type: "function", function: { name: tool } },
      }),
    },
  ],
  responses: ({ temperature, topP, maxTokens, effort, tool }) => [
    "/v1/responses",
    {
      input: "Hello.",
      store: false,
      temperature,
      top_p: topP,
      max_output_tokens: maxTokens,
      ...(effort && { reasoning: { effort } }),
      ...(tool && {
        tools: TOOLS.map((name) => ({ type: "function", name, parameters: SCHEMA, strict: false })),
        tool_choice: tool === "any" ? "required" : { type: "function", name: tool },
      }),
    },
  ],
  messages: ({ temperature, topP, maxTokens = 4096, effort, tool }) => [
    "/v1/messages",
    {
      messages: [{ role: "user", content: "Hello." }],
      max_tokens: maxTokens,
      temperature,
      top_p: topP,
      ...(effort === "none" && { thinking: { type: "disabled" } }),
      ...(effort && effort !== "none" && { thinking: { type: "adaptive" }, output_config: { effort } }),
      ...(tool && {
        tools: TOOLS.map((name) => ({ name, input_schema: SCHEMA })),
        tool_choice: tool === "any" ? { type: "any" } : { type: "tool", name: tool },
      }),
    },
  ],
};
