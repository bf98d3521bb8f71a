import { isRecord } from "../lib/is-record.ts";
import type { MessagesBody } from "./messages-body.ts";

type Parsed = { type: "body"; body: MessagesBody } | { type: "problem"; message: string };

/** Checks the shape of a request body; what the conversation means is `findProblem`'s business. */
export function parseMessagesBody(
  source: string,
  options: { maxTokens?: "required" | "optional" } = {},
): Parsed {
  let json: unknown;
  try {
    json = JSON.parse(source);
  } catch {
    return problem("The request body is not valid JSON");
  }
  if (!isRecord(json)) return problem("The request body is not a JSON object");
  if (typeof json["model"] !== "string") return problem("model: Field required");
  const hasMaxTokens = isPositiveInteger(json["max_tokens"]);
  if (!hasMaxTokens && options.maxTokens !== "optional") {
    return problem("max_tokens: Field required, a whole number above 0");
  }
  if (!Array.isArray(json["messages"])) return problem("messages: Field required");
  for (const [index, message] of json["messages"].entries()) {
    const fault = messageFault(message);
    if (fault !== undefined) return problem(`messages.${index}${fault}`);
  }
  if (!isOptional(json["system"], isContent)) return problem("system: Input should be text");
  if (!isOptional(json["tools"], isToolList)) return problem("tools: Input should be a valid list");
  if (!isOptional(json["thinking"], isTyped)) return problem("thinking: type: Field required");
  // Proof: every field that MessagesBody names was checked above, except `stream`, which is only compared
  // with true, and a missing `max_tokens`, which only the caller that allowed it sees.
  return { type: "body", body: json as MessagesBody };
}

function problem(message: string): Parsed {
  return { type: "problem", message };
}

function messageFault(message: unknown): string | undefined {
  if (!isRecord(message)) return ": Input should be an object";
  const role = message["role"];
  if (role !== "user" && role !== "assistant" && role !== "system") {
    return ".role: Input should be 'user' or 'assistant'";
  }
  if (!isContent(message["content"])) return ".content: Input should be text or a list of blocks";
  return undefined;
}

function isContent(value: unknown): boolean {
  return typeof value === "string" || (Array.isArray(value) && value.every(isTyped));
}

function isToolList(value: unknown): boolean {
  return Array.isArray(value) && value.every((tool) => isRecord(tool) && typeof tool["name"] === "string");
}

function isTyped(value: unknown): boolean {
  return isRecord(value) && typeof value["type"] === "string";
}

function isOptional(value: unknown, check: (value: unknown) => boolean): boolean {
  return value === undefined || value === null || check(value);
}

function isPositiveInteger(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value > 0;
}
