import * as fc from "fast-check";

import type {
  AnswerMessage,
  AnswerPart,
  InputMessage,
  InputPart,
  Message,
  ToolMessage,
} from "../../src/core/words/message.ts";

/** Short texts, so that two of them are often alike or nearly so. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 5 }),
  fc.constantFrom("", "a", "ab", "1:a", "\ud800", "\udfff"),
);
const id = fc.constantFrom("call_1", "call_2", "call_12");

/** Arguments as models and clients write them: some mean the same, some are no JSON at all. */
const callArguments = fc.oneof(
  fc.json({ maxDepth: 2 }),
  fc.constantFrom(
    "{}",
    " { }\n",
    '{"a":1,"b":[2,3]}',
    '{ "b": [2, 3], "a": 1 }',
    '{"a":1,"b":[3,2]}',
    '{"a":{"c":1,"d":2}}',
    '{"a":{"d":2,"c":1}}',
    '{"a":1',
    "",
  ),
);

const textPart = fc.record({ type: fc.constant("text" as const), text });
const base64 = fc.record({
  type: fc.constant("base64" as const),
  mediaType: fc.constantFrom("image/png", "application/pdf"),
  data: fc.constantFrom("AAAA", "BBBB"),
});
const url = fc.record({
  type: fc.constant("url" as const),
  url: fc.constantFrom("https://a.test/1", "https://a.test/2"),
});
const plainText = fc.record({ type: fc.constant("text" as const), text });

const inputPart: fc.Arbitrary<InputPart> = fc.oneof(
  { arbitrary: textPart, weight: 3 },
  { arbitrary: fc.record({ type: fc.constant("image" as const), source: fc.oneof(base64, url) }), weight: 1 },
  {
    arbitrary: fc.record(
      {
        type: fc.constant("document" as const),
        source: fc.oneof(base64, url, plainText),
        title: fc.constantFrom("a.pdf", "b.pdf"),
      },
      { requiredKeys: ["type", "source"] },
    ),
    weight: 1,
  },
);

const answerPart: fc.Arbitrary<AnswerPart> = fc.oneof(
  { arbitrary: textPart, weight: 2 },
  {
    arbitrary: fc.record({
      type: fc.constant("tool-call" as const),
      callId: id,
      name: fc.constantFrom("look", "see"),
      arguments: callArguments,
    }),
    weight: 2,
  },
  { arbitrary: fc.record({ type: fc.constant("thinking" as const), text, signature: text }), weight: 1 },
  { arbitrary: fc.record({ type: fc.constant("redacted-thinking" as const), data: text }), weight: 1 },
);

const toolResult = fc.record(
  {
    type: fc.constant("tool-result" as const),
    callId: id,
    content: fc.array(inputPart, { maxLength: 2 }),
    isError: fc.constant(true as const),
  },
  { requiredKeys: ["type", "callId", "content"] },
);

const inputMessage: fc.Arbitrary<InputMessage> = fc.record({
  role: fc.constantFrom("system", "user"),
  content: fc.array(inputPart, { minLength: 1, maxLength: 3 }),
});
export const anyAnswer: fc.Arbitrary<AnswerMessage> = fc.record({
  role: fc.constant("assistant"),
  content: fc.array(answerPart, { minLength: 1, maxLength: 3 }),
});
const toolMessage: fc.Arbitrary<ToolMessage> = fc.record({
  role: fc.constant("tool"),
  content: fc.array(toolResult, { minLength: 1, maxLength: 2 }),
});

/** A message of any role, with every kind of part that it may have. */
export const anyMessage: fc.Arbitrary<Message> = fc.oneof(inputMessage, anyAnswer, toolMessage);
