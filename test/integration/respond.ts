import type OpenAI from "openai";
import type {
  Response,
  ResponseCreateParamsNonStreaming,
  ResponseFunctionToolCall,
  ResponseInputItem,
  ResponseStreamEvent,
} from "openai/resources/responses/responses";

import { delay } from "../../src/lib/time.ts";
import { API_KEY, type Turnpike } from "./start-turnpike.ts";

export interface ResponseAnswer {
  readonly body: Response;
  readonly text: string;
  /** `X-Turnpike-Placement` */
  readonly placement: string | null;
  /** `X-Conversation-ID` */
  readonly conversation: string | null;
  readonly calls: readonly ResponseFunctionToolCall[];
}

export interface RespondOptions extends Partial<ResponseCreateParamsNonStreaming> {
  readonly apiKey?: string;
  /** Sent as `X-Conversation-ID`. */
  readonly conversationName?: string;
}

/** One response through the official client; model `sonnet` unless told otherwise. */
export async function respond(
  turnpike: Turnpike,
  input: ResponseCreateParamsNonStreaming["input"],
  { apiKey = API_KEY, conversationName, ...body }: RespondOptions = {},
): Promise<ResponseAnswer> {
  const headers = conversationName === undefined ? {} : { "x-conversation-id": conversationName };
  const { data, response } = await turnpike
    .openaiFor(apiKey)
    .responses.create({ model: "sonnet", ...(input !== undefined && { input }), ...body }, { headers })
    .withResponse();
  return {
    body: data,
    text: data.output_text,
    placement: response.headers.get("x-turnpike-placement"),
    conversation: response.headers.get("x-conversation-id"),
    calls: data.output.filter((item) => item.type === "function_call"),
  };
}

/** The output as a client sends it back. */
export function itemsOf({ body }: ResponseAnswer): ResponseInputItem[] {
  // Proof for the cast: each of OpenAI's output items is an input item, too; the package's types disagree on a few optional fields.
  return body.output as unknown as ResponseInputItem[];
}

/** Reads the events of a stream, all of them or as many as are asked for; then it is left. */
export async function takeEvents(
  stream: AsyncIterable<ResponseStreamEvent>,
  count = Infinity,
): Promise<ResponseStreamEvent[]> {
  const events: ResponseStreamEvent[] = [];
  if (count === 0) return events;
  for await (const event of stream) {
    events.push(event);
    if (events.length >= count) break;
  }
  return events;
}

/** The events in the text of a stream; unlike the official client it goes on behind an `error`. */
export function parseEvents(source: string): ResponseStreamEvent[] {
  const payloads = source.split("\n\n").flatMap((event) => /^event: .+\ndata: (.+)$/.exec(event)?.[1] ?? []);
  // Proof for the cast: what a test does not look at may be anything.
  return payloads.map((payload) => JSON.parse(payload) as ResponseStreamEvent);
}

/** The id that the first event of a stream tells. */
export function idOf([first]: readonly ResponseStreamEvent[]): string {
  if (first?.type !== "response.created") throw new Error("The stream does not begin with its response.");
  return first.response.id;
}

/** Asks for a background response until it is as it should be. */
export async function pollUntil(
  openai: OpenAI,
  id: string,
  isDone: (response: Response) => boolean = ({ status }) => status !== "queued" && status !== "in_progress",
): Promise<Response> {
  for (;;) {
    const response = await openai.responses.retrieve(id);
    if (isDone(response)) return response;
    await delay(10);
  }
}
