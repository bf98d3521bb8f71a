import type { ChatCompletionMessageParam } from "openai/resources";
import { describe, expect, test } from "vitest";

import { text } from "../../src/demo/build-reply.ts";
import { conversationOf, systemPromptOf } from "../upstream/read-request.ts";
import { ask, assistant, system, user } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";

interface Case {
  readonly name: string;
  readonly messages: readonly ChatCompletionMessageParam[];
  readonly placement: "spare" | "imported";
  /** What the client's system text becomes. Default: none. */
  readonly systemText?: string;
  /** What the model sees of the conversation. */
  readonly seen: Seen;
  /** What the model sees when the client goes on. Default: the same and what is new, from the same process. */
  readonly seenNext?: Seen;
}

type Seen = readonly { role: string; content: string | readonly string[] }[];

const developer = (content: string) => ({ role: "developer" as const, content });
const marked = (content: string) => `<system>\n${content}\n</system>`;

const CASES: readonly Case[] = [
  {
    name: "system and developer messages at the start",
    messages: [system("Be brief."), developer("Be kind."), system("  Be exact.\n"), user("hi")],
    placement: "spare",
    systemText: "Be brief.\n\nBe kind.\n\n  Be exact.\n",
    seen: [user("hi")],
  },
  {
    name: "a system message before the new message",
    messages: [user("one"), assistant("two"), system("Now in French."), user("three")],
    placement: "imported",
    seen: [user("one"), assistant("two"), { role: "user", content: [marked("Now in French."), "three"] }],
  },
  {
    name: "a system message inside the history",
    messages: [user("one"), developer("Be kind."), assistant("two"), user("three")],
    placement: "imported",
    seen: [{ role: "user", content: ["one", marked("Be kind.")] }, assistant("two"), user("three")],
  },
  {
    name: "a system message at the end",
    messages: [system("Be brief."), user("one"), developer("/clear")],
    placement: "spare",
    systemText: "Be brief.",
    seen: [{ role: "user", content: ["one", marked("/clear")] }],
  },
  {
    name: "only system messages",
    messages: [system("You write haiku."), system("Write one about roads.")],
    placement: "spare",
    systemText: "You write haiku.",
    seen: [user(marked("Write one about roads."))],
    // Now they stand before an answer, like any system text before a greeting.
    seenNext: [user("(The conversation begins.)"), assistant("the answer"), user("and then?")],
  },
  {
    name: "a greeting of the assistant at the start",
    messages: [system("Be brief."), assistant("How can I help?"), user("Hello.")],
    placement: "imported",
    systemText: "Be brief.",
    seen: [user("(The conversation begins.)"), assistant("How can I help?"), user("Hello.")],
  },
  {
    name: "several messages of one role in a row",
    messages: [user("one"), user("two"), assistant("three"), assistant("four"), user("five"), user("six")],
    placement: "imported",
    seen: [
      { role: "user", content: ["one", "two"] },
      { role: "assistant", content: ["three", "four"] },
      { role: "user", content: ["five", "six"] },
    ],
  },
  {
    name: "answers without a text",
    messages: [
      user("one"),
      assistant(""),
      user("two"),
      { role: "assistant", content: null },
      { role: "assistant", content: null, refusal: "I would rather not." },
      user("three"),
    ],
    placement: "imported",
    seen: [{ role: "user", content: ["one", "two"] }, assistant("I would rather not."), user("three")],
  },
  {
    name: "an answer in parts",
    messages: [
      user("one"),
      {
        role: "assistant",
        content: [
          { type: "text", text: "two" },
          { type: "text", text: "three" },
        ],
      },
      user("four"),
    ],
    placement: "imported",
    seen: [user("one"), { role: "assistant", content: ["two", "three"] }, user("four")],
  },
  {
    name: "empty parts between others",
    messages: [
      {
        role: "user",
        content: ["", "one", "", "two", ""].map((part) => ({ type: "text", text: part })),
      },
    ],
    placement: "spare",
    seen: [{ role: "user", content: ["one", "two"] }],
  },
];

describe.each(["sonnet", "claude-code"])("model %s", (model) => {
  const shared = shareTurnpike({ spares: 1, flags: { "sessions.maxSessions": "20" } });
  startEachTestAfresh(shared);

  test.each(CASES)("$name", async ({ messages, placement, systemText = "", seen, seenNext }) => {
    const { upstream } = shared();
    upstream.respondWith([text("the answer"), text("the next answer")]);
    const first = await ask(shared(), messages, { model });
    expect(first).toMatchObject({ text: "the answer", placement });
    const request = await upstream.waitForRequest(1);
    expect(conversationOf(request)).toEqual(seen.map(asSent));
    if (model === "sonnet") expect(systemPromptOf(request)).toBe(systemText);
    else expect(systemPromptOf(request)).toContain(systemText);

    const going = [assistant(first.text), user("and then?")];
    const next = await ask(shared(), [...messages, ...going], { model });
    if (seenNext) expect(next.placement).toBe("imported");
    else expect(next).toMatchObject({ placement: "hot", conversation: first.conversation });
    const expected = seenNext ?? [...seen, ...going];
    expect(conversationOf(await upstream.waitForRequest(2))).toEqual(expected.map(asSent));
  });
});

function asSent({ role, content }: Seen[number]): unknown {
  if (typeof content === "string") return { role, content };
  return { role, content: content.map((part) => ({ type: "text", text: part })) };
}
