import { isRecord } from "../../../lib/is-record.ts";
import type { BranchEvent } from "../../branch-event.ts";
import { InputDecoder } from "../../input-decoder.ts";

/** A call of a free-text tool, as far as it has arrived. */
interface TextCall {
  readonly decoder: InputDecoder;
  told: string;
}

/** For calls of these tools, replaces the arguments by the free text inside them, while it is streaming. */
export async function* decodeTextCalls<Event extends BranchEvent>(
  events: AsyncIterable<Event>,
  textTools: ReadonlySet<string>,
): AsyncGenerator<Event, void, undefined> {
  const calls = new Map<string, TextCall>();
  for await (const event of events) {
    const told: BranchEvent = event;
    if (told.type === "tool-call-start" && textTools.has(told.name)) {
      calls.set(told.callId, { decoder: new InputDecoder(), told: "" });
    }
    const call = "callId" in told ? calls.get(told.callId) : undefined;
    if (!call) {
      yield event;
    } else if (told.type === "tool-call-delta") {
      const text = call.decoder.add(told.text);
      call.told += text;
      if (text !== "") yield { ...event, text };
    } else if (told.type === "tool-call-end") {
      const whole = textOf(told.arguments);
      const rest = whole.startsWith(call.told) ? whole.slice(call.told.length) : "";
      if (rest !== "") yield { ...event, type: "tool-call-delta", callId: told.callId, text: rest };
      yield { ...event, arguments: whole };
      calls.delete(told.callId);
    } else {
      yield event;
    }
  }
}

/** Malformed arguments are passed on whole: the client knows best how to respond to them. */
function textOf(whole: string): string {
  try {
    const value: unknown = JSON.parse(whole);
    if (isRecord(value) && typeof value["input"] === "string") return value["input"];
  } catch {
    // Not JSON: passed on as it is.
  }
  return whole;
}
