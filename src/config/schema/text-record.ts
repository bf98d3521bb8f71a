import { z } from "zod";

import { value } from "./setting-values.ts";
import { recordKey } from "./record-key.ts";

/** Texts by name. YAML reads `1` and `true` as no texts; here they are. What stands there may be secret and is not repeated. */
export function textRecord(name: RegExp, expectedName: string) {
  const text = value("text, a number, true or false", (raw) => {
    const isPlain = typeof raw === "string" || typeof raw === "number" || typeof raw === "boolean";
    // No header and no variable holds these.
    return isPlain && !/[\r\n\0]/.test(String(raw)) ? String(raw) : undefined;
  });
  return z.record(
    recordKey(expectedName, (key) => name.test(key)),
    text,
  );
}
