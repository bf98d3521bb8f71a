import { isRecord } from "../../../lib/is-record.ts";
import { readJson } from "../../../lib/read-json.ts";
import type { Stage } from "../../../lib/stage.ts";
import type { BranchEvent } from "../../branch-event.ts";
import { InputDecoder } from "../../input-decoder.ts";

/** A call of a free-text tool, as far as it has arrived. */
interface TextCall {
  readonly decoder: InputDecoder;
  told: string;
}

/** For calls of these tools, replaces the arguments by the free text inside them, while it is streaming. */
export function decodeTextCalls(textTools: ReadonlySet<string>): Stage<BranchEvent, BranchEvent> {
  const calls = new Map<string, TextCall>();
  return {
    of(event) {
      if (event.type === "tool-call-start" && textTools.has(event.name)) {
        calls.set(event.callId, { decoder: new InputDecoder(), told: "" });
      }
      const call = "callId" in event ? calls.get(event.callId) : undefined;
      if (call && event.type === "tool-call-delta") {
        const text = call.decoder.add(event.text);
        call.told += text;
        return text === "" ? [] : [{ ...event, text }];
      }
      if (call && event.type === "tool-call-end") {
        calls.delete(event.callId);
        const { callId, branch } = event;
        const whole = textOf(event.arguments);
        const rest = whole.startsWith(call.told) ? whole.slice(call.told.length) : "";
        const last = {
          type: "tool-call-delta",
          callId,
          text: rest,
          ...(branch !== undefined && { branch }),
        } as const;
        return [...(rest === "" ? [] : [last]), { ...event, arguments: whole }];
      }
      return [event];
    },
  };
}

/** Malformed arguments are passed on whole: the client knows best how to respond to them. */
function textOf(whole: string): string {
  const value = readJson(whole);
  return isRecord(value) && typeof value["input"] === "string" ? value["input"] : whole;
}
