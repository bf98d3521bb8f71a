import type { MessagesBody } from "../../src/demo/messages-body.ts";
import { isRecord } from "../../src/lib/is-record.ts";

/** The marks for the prompt cache in a request, each as its place, and its time where it has one: `system.0 1h`. */
export function marksIn({ tools, system, messages, ...rest }: MessagesBody): readonly string[] {
  // In the order in which the API reads them.
  return [
    ...find(tools, "tools"),
    ...find(system, "system"),
    ...find(messages, "messages"),
    ...find(rest, ""),
  ];
}

function find(value: unknown, path: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((each, index) => find(each, `${path}.${index}`));
  if (!isRecord(value)) return [];
  const { cache_control: control, ...fields } = value;
  const inner = Object.entries(fields).flatMap(([name, each]) => find(each, `${path}.${name}`));
  const ttl = isRecord(control) && typeof control["ttl"] === "string" ? ` ${control["ttl"]}` : "";
  return isRecord(control) ? [...inner, `${path}${ttl}`] : inner;
}

/** What the model reads of a request, without the marks: what one turn has in common with the next comes from the cache. */
export function unmarkedPrompt({ tools, system, messages }: MessagesBody): {
  readonly before: string;
  readonly messages: readonly string[];
} {
  return { before: spell({ tools, system }), messages: messages.map((each) => spell(each)) };
}

function spell(value: unknown): string {
  return JSON.stringify(value, (name, each: unknown) => (name === "cache_control" ? undefined : each));
}
