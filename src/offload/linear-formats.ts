import type { Format, FormatDefinition } from "ajv";
import { fullFormats } from "ajv-formats/dist/formats.js";

import { linearPattern } from "./linear-pattern.ts";

/** No host name, duration or URL in use is as long. */
const MAX_LENGTH = 8 * 1024;

/** The formats of ajv-formats, each of them in linear time. */
export const linearFormats: ReadonlyMap<string, Format> = new Map(
  Object.entries(fullFormats).map(([name, format]) => [name, toLinear(format as Format)]),
);

function toLinear(format: Format): Format {
  return format instanceof RegExp ? linearTest(format) : format;
}

/** A pattern with lookahead stays as it is, for texts of a length that it can take. */
function linearTest(pattern: RegExp): FormatDefinition<string> {
  let linear: ReturnType<typeof linearPattern> | "unknown" = "unknown";
  return {
    validate(text: string) {
      // Most formats are never asked for.
      if (linear === "unknown") linear = linearPattern(pattern.source, pattern.flags);
      return linear ? linear.test(text) : text.length <= MAX_LENGTH && pattern.test(text);
    },
  };
}
