import { isRecord } from "../../../lib/is-record.ts";
import { readJson } from "../../../lib/read-json.ts";

/**
 * Restores calls of free-text tools to the form in which the model made them, with the text as the only argument `input`. Clients
 * that declare such tools next to functions send and expect the bare text instead.
 */
export function wrapTextCalls(calls: unknown, textTools: ReadonlySet<string>): unknown {
  if (textTools.size === 0 || !Array.isArray(calls)) return calls;
  return calls.map((call: unknown) => {
    if (!isRecord(call)) return call;
    const called = isRecord(call["function"]) ? call["function"] : call["custom"];
    if (!isRecord(called) || typeof called["name"] !== "string" || !textTools.has(called["name"]))
      return call;
    const text = called["arguments"] ?? called["input"];
    if (typeof text !== "string") return call;
    return {
      id: call["id"],
      type: "function",
      function: { name: called["name"], arguments: wrapTextInput(text) },
    };
  });
}

/** Wraps the text only once, however often the client has sent it back. */
export function wrapTextInput(text: string): string {
  return isWrapped(text) ? text : JSON.stringify({ input: text });
}

function isWrapped(text: string): boolean {
  if (!text.trimStart().startsWith("{")) return false;
  const value = readJson(text);
  return isRecord(value) && typeof value["input"] === "string" && Object.keys(value).length === 1;
}
