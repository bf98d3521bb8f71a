import { isRecord } from "../lib/is-record.ts";
import type { MessagesBody } from "./messages-body.ts";

type Parsed =
  /** `body` is missing when the JSON does not have the shape that the scripted model relies on. */
  { type: "json"; json: Record<string, unknown>; body?: MessagesBody } | { type: "problem"; message: string };

/** Reads a request body; whether the API would accept it is for the rules to decide. */
export function parseMessagesBody(source: string): Parsed {
  let json: unknown;
  try {
    json = JSON.parse(source);
  } catch {
    return { type: "problem", message: "The request body is not valid JSON" };
  }
  if (!isRecord(json)) return { type: "problem", message: "The request body is not a JSON object" };
  // Proof: every field that MessagesBody names has been checked, except `stream` and `max_tokens`, which are only compared with
  // other values.
  return { type: "json", json, ...(isReadable(json) && { body: json as unknown as MessagesBody }) };
}

function isReadable(json: Readonly<Record<string, unknown>>): boolean {
  const { model, messages, system, tools, thinking } = json;
  return (
    typeof model === "string" &&
    Array.isArray(messages) &&
    messages.every(isMessage) &&
    isOptional(system, isContent) &&
    isOptional(tools, (value) => Array.isArray(value) && value.every(isRecord)) &&
    isOptional(thinking, isTyped)
  );
}

function isMessage(value: unknown): boolean {
  return isRecord(value) && roles.has(String(value["role"])) && isContent(value["content"]);
}

const roles = new Set(["user", "assistant", "system"]);

function isContent(value: unknown): boolean {
  return typeof value === "string" || (Array.isArray(value) && value.every(isTyped));
}

function isTyped(value: unknown): boolean {
  return isRecord(value) && typeof value["type"] === "string";
}

function isOptional(value: unknown, check: (value: unknown) => boolean): boolean {
  return value === undefined || value === null || check(value);
}
