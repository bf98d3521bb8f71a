import { z } from "zod";

import { value } from "./setting-values.ts";
import { recordKey } from "./record-key.ts";

/**
 * Text values by name. YAML reads `1` and `true` as other types; here they count as text. Values may be secret, so errors do
 * not repeat them.
 */
export function textRecord(name: RegExp, expectedName: string) {
  const text = value("text, a number, true or false", (raw) => {
    const isPlain = typeof raw === "string" || typeof raw === "number" || typeof raw === "boolean";
    // Neither headers nor variables can contain these characters.
    return isPlain && !/[\r\n\0]/.test(String(raw)) ? String(raw) : undefined;
  });
  return z.record(
    recordKey(expectedName, (key) => name.test(key)),
    text,
  );
}
