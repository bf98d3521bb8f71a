import { isRecord } from "../../../lib/is-record.ts";
import type { BranchEvent } from "../../branch-event.ts";
import { InputDecoder } from "../../input-decoder.ts";

/** A call of a tool that takes free text, as far as it has come. */
interface TextCall {
  readonly decoder: InputDecoder;
  told: string;
}

/** In calls of these tools puts the free text itself in place of the arguments that hold it, while it comes. */
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

/** Arguments that are not as they should be are given whole: the client knows best what to say to them. */
function textOf(whole: string): string {
  try {
    const value: unknown = JSON.parse(whole);
    if (isRecord(value) && typeof value["input"] === "string") return value["input"];
  } catch {
    // It is what it is.
  }
  return whole;
}
