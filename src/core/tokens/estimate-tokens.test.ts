import { describe, expect, test } from "vitest";

import { NO_CLIENT_TOOLS } from "../words/client-tool.ts";
import type { ContentPart, InputPart, Message } from "../words/message.ts";
import { abilitiesOf } from "../models/abilities-of.ts";
import type { TokenPrompt } from "../ports/token-counter.ts";
import { estimateTokens } from "./estimate-tokens.ts";

const EMPTY: TokenPrompt = { systemText: "", messages: [], tools: NO_CLIENT_TOOLS };
const NEWER = abilitiesOf("claude-opus-4-7");
const OLDER = abilitiesOf("claude-haiku-4-5");

const text = (words: string): InputPart => ({ type: "text", text: words });
const ask = (...content: readonly InputPart[]): Message => ({ role: "user", content });

function countOf(part: InputPart, model = OLDER): number {
  const frame = estimateTokens({ ...EMPTY, messages: [ask(text("Hi"))] }, model);
  return estimateTokens({ ...EMPTY, messages: [ask(text("Hi"), part)] }, model) - frame;
}

/** Within this tolerance of the API's count. */
function expectNear(count: number, expected: number, tolerance: number): void {
  expect(count).toBeGreaterThanOrEqual(expected * (1 - tolerance));
  expect(count).toBeLessThanOrEqual(expected * (1 + tolerance));
}

test("nothing costs nothing", () => {
  expect(estimateTokens(EMPTY, NEWER)).toBe(0);
});

describe("the examples of the API's documentation count about what it says", () => {
  test("a system text and a greeting: 14", () => {
    const prompt = { ...EMPTY, systemText: "You are a scientist", messages: [ask(text("Hello, Claude"))] };
    expectNear(estimateTokens(prompt, OLDER), 14, 0.1);
  });

  test("a tool: 403", () => {
    const location = { type: "string", description: "The city and state, e.g. San Francisco, CA" };
    const tool = {
      name: "get_weather",
      description: "Get the current weather in a given location",
      inputSchema: { type: "object", properties: { location }, required: ["location"] },
    };
    const messages = [ask(text("What's the weather like in San Francisco?"))];
    const prompt = { ...EMPTY, messages, tools: { ...NO_CLIENT_TOOLS, list: [tool] } };
    expectNear(estimateTokens(prompt, OLDER), 403, 0.1);
  });
});

describe("a text counts by its kind and the model's tokenizer", () => {
  const prose =
    "Whoever reads a long report wants to know first what was found, then how sure it is, and last how it was found. ";
  const code =
    "  if (items.length > 0 && !isDone(items[0])) {\n    return items.map((item) => item.value ?? 1);\n  }\n";

  test("English prose: 4 to 4.7 letters a token, and 1.3 to 1.5 times the tokens from Opus 4.7 on", () => {
    const [older, newer] = [countOf(text(prose.repeat(50))), countOf(text(prose.repeat(50)), NEWER)];
    expectNear((prose.length * 50) / older, 4.3, 0.1);
    expectNear(newer / older, 1.4, 0.08);
  });

  test("code: fewer letters a token, and less more from Opus 4.7 on", () => {
    const [older, newer] = [countOf(text(code.repeat(50))), countOf(text(code.repeat(50)), NEWER)];
    expectNear((code.length * 50) / older, 2.5, 0.1);
    expectNear(newer / older, 1.2, 0.08);
  });

  test("other scripts: about a token for a character, the same for all models", () => {
    const chinese = text("人工智能正在改变世界。".repeat(50));
    expectNear(countOf(chinese), 550, 0.15);
    expect(countOf(chinese, NEWER)).toBe(countOf(chinese));
    const emoji = text("😀🎉🚀".repeat(50));
    expectNear(countOf(emoji), 150 * 3.2, 0.15);
  });

  test("a very long one counts as much as its parts", () => {
    const parts = `${prose.repeat(2000)}${code.repeat(2000)}`;
    const whole = countOf(text(parts));
    const pieces = countOf(text(prose.repeat(1000))) * 2 + countOf(text(code.repeat(1000))) * 2;
    expectNear(whole, pieces, 0.05);
  });
});

const pdf = (content: string): InputPart => ({
  type: "document",
  source: { type: "base64", mediaType: "application/pdf", data: Buffer.from(content).toString("base64") },
});

describe("a document", () => {
  test("counts by its text", () => {
    const words = "word ".repeat(300);
    expectNear(
      countOf({ type: "document", source: { type: "text", text: words } }),
      countOf(text(words)),
      0.03,
    );
  });

  test("counts by its pages, each as an image and as text", () => {
    const two = "1 0 obj <</Type /Pages /Count 2>> 2 0 obj <</Type /Page>> 3 0 obj <</Type/Page>>";
    // The API's count for each of ten pages of prose.
    expectNear(countOf(pdf(two)) / 2, 2091, 0.03);
    expectNear(countOf(pdf(two), NEWER) / 2, 2316, 0.03);
    expectNear(countOf(pdf("packed")), 2091, 0.03);
  });
});

const thought = (words: string, signature = ""): ContentPart => ({
  type: "thinking",
  text: words,
  signature,
});
const answer = (...content: readonly ContentPart[]): Message =>
  // Proof for the cast: only parts of answers are passed.
  ({ role: "assistant", content }) as Message;
const without = (message: Message): Message =>
  message.role === "assistant"
    ? { ...message, content: message.content.filter(({ type }) => type !== "thinking") }
    : message;

const thoughtTokens = (messages: readonly Message[], model: typeof NEWER) =>
  estimateTokens({ ...EMPTY, messages }, model) -
  estimateTokens({ ...EMPTY, messages: messages.map((each) => without(each)) }, model);

describe("thinking", () => {
  const call: ContentPart = { type: "tool-call", callId: "a", name: "look", arguments: "{}" };
  const result: Message = {
    role: "tool",
    content: [{ type: "tool-result", callId: "a", content: [text("seen")] }],
  };
  const words = "thinking about it ".repeat(100);

  test("of earlier turns counts where the model keeps it", () => {
    const earlier = [
      ask(text("Hi")),
      answer(thought(words), { type: "text", text: "Hello" }),
      ask(text("And?")),
    ];
    expect(thoughtTokens(earlier, OLDER)).toBe(0);
    expectNear(thoughtTokens(earlier, abilitiesOf("claude-opus-4-5")), 350, 0.25);
    expectNear(thoughtTokens(earlier, NEWER), 500, 0.25);
  });

  test("of the turn that goes on counts for every model", () => {
    const working = [ask(text("Look.")), answer(thought(words), call), result];
    expectNear(thoughtTokens(working, OLDER), 350, 0.25);
  });

  test("whose text is left out counts by its seal", () => {
    const sealed = Buffer.alloc(200 + words.length).toString("base64");
    const earlier = [ask(text("Hi")), answer(thought("", sealed), { type: "text", text: "Hello" })];
    expectNear(thoughtTokens(earlier, NEWER), 500, 0.25);
    expect(thoughtTokens([ask(text("Hi")), answer(thought("", "c2ln"), call), result], NEWER)).toBe(0);
  });
});
