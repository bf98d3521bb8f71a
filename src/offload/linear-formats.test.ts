import { fullFormats } from "ajv-formats/dist/formats.js";
import { expect, test } from "vitest";

import { expectLinear } from "../../test/expect-linear.ts";
import { linearFormats } from "./linear-formats.ts";

/** Whether a text has a format, in whichever form the format is defined. */
function has(format: unknown, text: string): boolean {
  if (format instanceof RegExp) return format.test(text);
  if (typeof format === "function") return Boolean(format(text));
  if (typeof format === "object" && format !== null && "validate" in format)
    return has(format.validate, text);
  return true;
}

const SAMPLES = `a 2026-02-03 2026-02-30 12:00:00Z 2026-02-03T12:00:00Z P1DT2H P PT
  https://example.com/a?b=c#d http://10.0.0.1 //host /a/b mailto:a@b {+path}/x{?q,r*} {
  a@example.com A@EXAMPLE.COM a@b a@@b x.y@a-b.example example.com -a.com a..b
  127.0.0.1 256.0.0.1 ::1 1:2:3:4:5:6:7:8 ::ffff:1.2.3.4 12345:: [a-z]+ (
  123e4567-e89b-12d3-a456-426614174000 123E4567-E89B-12D3-A456-426614174000 /a~1b /a~2 #/a%20b
  1/a 0# aGVsbG8= aGVsbG8 ftp://u:p@example.com:21/x http://ü.example`.split(/\s+/);

test.each([...linearFormats.keys()])("%s is what it was", (name) => {
  const given: Readonly<Record<string, unknown>> = fullFormats;
  for (const text of ["", ...SAMPLES])
    expect([text, has(linearFormats.get(name), text)]).toEqual([text, has(given[name], text)]);
});

// `regex` uses V8's own parser of regular expressions and runs none.
const running = [...linearFormats.keys()].filter((name) => name !== "regex");

test.each(running)("%s takes time in proportion to the text", (name) => {
  const format = linearFormats.get(name);
  const units = ["a", "-", ".", ":", "a.", "a-", "0", "/", "@", "a@", "%", "{a", "http://a", "1:", "=", "~0"];
  expectLinear((size) => {
    const texts = units.flatMap((unit) => {
      const long = unit.repeat(size / unit.length);
      return [long, `http://${long}`, `a@${long}`, `${long}\0`, `P${long}`, `/${long}\0`, `ftp://a:${long} `];
    });
    return () => {
      for (const text of texts) has(format, text);
    };
  }, 5_000);
});
