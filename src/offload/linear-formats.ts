import type { Format, FormatDefinition } from "ajv";
import { fullFormats } from "ajv-formats/dist/formats.js";

import { linearPattern } from "./linear-pattern.ts";

/** Longer than any host name, duration or URL in use. */
const MAX_LENGTH = 8 * 1024;

/** The formats of ajv-formats, each in linear time. */
export const linearFormats: ReadonlyMap<string, Format> = new Map(
  Object.entries(fullFormats).map(([name, format]) => [name, toLinear(format as Format)]),
);

function toLinear(format: Format): Format {
  return format instanceof RegExp ? linearTest(format) : format;
}

/** A pattern with lookahead is kept as it is, but only for texts short enough for it. */
function linearTest(pattern: RegExp): FormatDefinition<string> {
  let linear: ReturnType<typeof linearPattern> | "unknown" = "unknown";
  return {
    validate(text: string) {
      // Compiled on first use: most formats are never needed.
      if (linear === "unknown") linear = linearPattern(pattern.source, pattern.flags);
      return linear ? linear.test(text) : text.length <= MAX_LENGTH && pattern.test(text);
    },
  };
}
