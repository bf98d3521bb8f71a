import { expect, test } from "vitest";

import { createTextRedactor } from "./redact-text.ts";

const redact = createTextRedactor(["my own key", "abc"]);

test.each([
  ["key sk-ant-api03-AbCdEf_123 was refused", "key sk-[redacted] was refused"],
  ["tp-0123456789abcdef", "tp-[redacted]"],
  ["Authorization: Bearer eyJhbGciOi.J9", "Authorization: Bearer [redacted]"],
  ["postgres://ada:s3cret@db/turnpike", "postgres://ada:[redacted]@db/turnpike"],
  ["what about my own key here", "what about [redacted] here"],
])("%j becomes %j", (text, redacted) => expect(redact(text)).toBe(redacted));

test.each(["the abc of desk-top work", "http://127.0.0.1:4141/v1", "a task-force", "http-server"])(
  "%j stays as it is",
  (text) => expect(redact(text)).toBe(text),
);
