import type { AskedCall } from "../../../core/words/server-tools.ts";
import { isRecord } from "../../../lib/is-record.ts";
import { readJson } from "../../../lib/read-json.ts";
import type { WireItem } from "../responses-request.ts";

/** The call that an item asks the client to approve; undefined when the item does not contain it. */
export function readAskedCall(item: WireItem): AskedCall | undefined {
  const { server_label: serverLabel, name: toolName, arguments: text } = item;
  if (typeof serverLabel !== "string" || typeof toolName !== "string" || typeof text !== "string") {
    return undefined;
  }
  const input = readJson(text);
  return isRecord(input) ? { serverLabel, toolName, input } : undefined;
}
