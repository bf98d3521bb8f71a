import { expect } from "vitest";

import type { Turnpike } from "../../integration/start-turnpike.ts";
import { expectResponse, expectResponseStream } from "../../schema/expect-response.ts";
import {
  eventSchema,
  responseSchema,
  type OpenEvent,
  type OpenItem,
  type OpenResponse,
} from "./open-responses-schema.ts";

type Body = Readonly<Record<string, unknown>>;

export function post(turnpike: Turnpike, path: string, body: Body): Promise<Response> {
  return turnpike.fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "sonnet", ...body }),
  });
}

/** A response that is checked against OpenAI's interface and against the Open Responses specification. */
export async function respond(turnpike: Turnpike, body: Body): Promise<OpenResponse> {
  const answer = await post(turnpike, "/v1/responses", body);
  const value: unknown = await answer.json();
  expect(answer.status, JSON.stringify(value)).toBe(200);
  expect(answer.headers.get("content-type")).toContain("application/json");
  expectResponse(value);
  return responseSchema.parse(value);
}

/** The events of a streamed response, all of them checked, as they came and as the specification knows them. */
export async function streamResponse(turnpike: Turnpike, body: Body): Promise<OpenEvent[]> {
  const answer = await post(turnpike, "/v1/responses", { ...body, stream: true });
  expect(answer.headers.get("content-type")).toContain("text/event-stream");
  return checkStream(parseNamedEvents(await answer.text()));
}

/** Checks the events of a whole response that did not fail in its middle. */
export function checkStream(values: readonly unknown[]): OpenEvent[] {
  expectResponseStream(values);
  return values.map((value) => eventSchema.parse(value));
}

/** The data of a stream whose events are named by their type. */
export function parseNamedEvents(source: string): unknown[] {
  const blocks = source.split("\n\n").filter((block) => block !== "" && !block.startsWith(":"));
  const values: unknown[] = [];
  for (const block of blocks) {
    if (block === "data: [DONE]") continue;
    const [, name, data] = /^event: (.+)\ndata: (.+)$/.exec(block) ?? [];
    const value: unknown = JSON.parse(data ?? "");
    expect(value).toMatchObject({ type: name });
    values.push(value);
  }
  return values;
}

/** What a stream ended with. */
export function endOf(events: readonly OpenEvent[]): OpenResponse {
  const last = events.at(-1);
  if (!last || !("response" in last)) throw new Error(`It ended with ${last?.type}`);
  // Proof: only the events of the lifecycle have a response.
  return last.response as OpenResponse;
}

/** The text of all messages. */
export function textOf({ output }: { readonly output: readonly OpenItem[] }): string {
  const parts = output.flatMap((item) => (item.type === "message" ? item.content : []));
  return parts.map((part) => (part.type === "output_text" ? part.text : "")).join("");
}

export function callsOf({ output }: OpenResponse) {
  return output.filter((item) => item.type === "function_call");
}
