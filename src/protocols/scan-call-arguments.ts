import { Breath } from "../lib/breath.ts";
import { isRecord } from "../lib/is-record.ts";
import { beyond, JsonScan, MAX_VALUES } from "./json-scan.ts";

const SCAN_BYTES = 32 * 1024;
/** Texts of this length together need no look: they hold few values, and none is deep. */
const HARMLESS_LENGTH = 1_024;

/**
 * Looks at the arguments of past calls: JSON in a text, whose values count like those of the body itself.
 * @throws RequestError when they are more than this server reads
 */
export async function scanCallArguments(body: unknown): Promise<void> {
  const texts = [...argumentsOf(body)];
  if (texts.reduce((sum, { length }) => sum + length, 0) <= HARMLESS_LENGTH) return;
  const breath = new Breath();
  let values = 0;
  for (const text of texts) {
    const scan = new JsonScan(Buffer.from(text), text.length);
    while (!scan.look(SCAN_BYTES)) if (breath.isDue) await breath.take();
    values += scan.values;
    if (values > MAX_VALUES) throw beyond(`its calls have more than ${MAX_VALUES} values`);
    if (breath.isDue) await breath.take();
  }
}

/** In messages of Chat Completions, and in items of Responses wherever a body has a list of them. */
function* argumentsOf(body: unknown): Generator<string> {
  if (!isRecord(body)) return;
  for (const list of [body["messages"], body["input"], body["items"]]) {
    if (!Array.isArray(list)) continue;
    for (const entry of list.filter(isRecord)) {
      if (typeof entry["arguments"] === "string") yield entry["arguments"];
      const calls = Array.isArray(entry["tool_calls"]) ? entry["tool_calls"] : [];
      for (const call of [entry["function_call"], ...calls.map(functionOf)]) {
        if (isRecord(call) && typeof call["arguments"] === "string") yield call["arguments"];
      }
    }
  }
}

function functionOf(call: unknown): unknown {
  return isRecord(call) ? call["function"] : undefined;
}
