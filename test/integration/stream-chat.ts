import { EventSourceParserStream } from "eventsource-parser/stream";

import { user } from "./ask.ts";
import type { Turnpike } from "./start-turnpike.ts";

export interface ToldActivity {
  readonly id: string;
  readonly name?: string;
  readonly status: string;
  readonly elapsed_ms?: string;
}

/** A streamed chat with Claude Code's own tools, as far as it has been read. */
export interface StreamedChat {
  readonly content: string;
  /** Without what they put in and got out. */
  readonly activities: readonly ToldActivity[];
  /** Chunks that say nothing, which fill a silence. */
  readonly signCount: number;
  /** Reads on until what has come satisfies the condition. */
  until(condition: () => boolean): Promise<void>;
  toEnd(): Promise<void>;
  leave(): void;
}

/** Begins one that tells of activity. */
export async function streamChat(turnpike: Turnpike, prompt: string): Promise<StreamedChat> {
  const client = new AbortController();
  const response = await turnpike.fetch("/v1/chat/completions", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      model: "claude-code",
      messages: [user(prompt)],
      stream: true,
      claude: { activity: "field" },
    }),
    signal: client.signal,
  });
  if (!response.ok || !response.body) throw new Error(await response.text());
  const activities: ToldActivity[] = [];
  let content = "";
  let signCount = 0;
  const events = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  const readOne = async () => {
    const { value, done } = await events.read();
    if (value === undefined || value.data === "[DONE]") return !done;
    // Proof for the cast: read with `?.` all the way, so any other event yields undefined.
    const { choices } = JSON.parse(value.data) as {
      choices?: { delta?: { content?: string; claude?: { activity?: ToldActivity } } }[];
    };
    const delta = choices?.[0]?.delta;
    if (delta && Object.keys(delta).length === 0) signCount += 1;
    content += delta?.content ?? "";
    const told = delta?.claude?.activity;
    if (told) {
      const { id, status, name, elapsed_ms } = told;
      activities.push({ id, status, ...(name && { name }), ...(elapsed_ms && { elapsed_ms }) });
    }
    return true;
  };
  return {
    activities,
    get content() {
      return content;
    },
    get signCount() {
      return signCount;
    },
    until: async (condition) => {
      while (!condition()) if (!(await readOne())) throw new Error(`The stream ended early: ${content}`);
    },
    toEnd: async () => {
      while (await readOne());
    },
    leave: () => client.abort(),
  };
}
