import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { expect, test } from "vitest";

import { reply, text, textBlock, thinking, toolUse } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { expectChatStream } from "../schema/expect-chat-stream.ts";
import { expectChatCompletion } from "../schema/expect-openai.ts";
import { user } from "./ask.ts";
import { expectError } from "./expect-error.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import type { Turnpike } from "./start-turnpike.ts";

const shared = shareTurnpike({
  // No stream is to begin just because it was silent for long.
  flags: { "server.keepAlive": "60s" },
  configFile: {
    profiles: { quiet: { activity: "hidden" } },
    models: { quiet: { profile: "quiet" } },
  },
});

const HELLO = [user("Make a file.")];
const FIELD = { claude: { activity: "field" } };
const LINES = { claude: { activity: "reasoning" } };

/** Our own fields, which OpenAI's types do not have. */
interface Told {
  readonly content?: string | null;
  readonly reasoning_content?: string;
  readonly claude?: { readonly activity: unknown };
}

let fileCount = 0;

/** Claude thinks, writes a file, shows it, fails to show another, and is done. */
function scriptWork({ upstream, workspace }: Turnpike, gate?: Gate): { file: string; missing: string } {
  const file = join(workspace, `made-${(fileCount += 1)}.txt`);
  const missing = `${file}.gone`;
  upstream.clear();
  upstream.respondWith([
    reply({
      blocks: [
        thinking("A file first."),
        textBlock("I write it."),
        toolUse("Write", { file_path: file, content: "hello\n" }, { id: "toolu_write" }),
      ],
    }),
    reply({
      blocks: [
        toolUse("Bash", { command: `cat ${file}` }, { id: "toolu_show" }),
        toolUse("Bash", { command: `cat ${missing}` }, { id: "toolu_miss" }),
      ],
      ...(gate && { beforeHeaders: [gate] }),
    }),
    text("Done."),
  ]);
  return { file, missing };
}

function post(
  turnpike: Turnpike,
  extra: object,
  messages: readonly unknown[] = HELLO,
  model = "claude-code",
) {
  return turnpike.post({ model, messages, ...extra });
}

/** The messages of a body's choices, checked by their type. */
async function messagesOf(response: Response): Promise<readonly Told[]> {
  const { choices } = expectChatCompletion(await response.json());
  return choices.map(({ message }) => message);
}

async function messageOf(response: Response): Promise<Told> {
  const [message] = await messagesOf(response);
  if (!message) throw new Error("There is no choice.");
  return message;
}

/** The deltas of a stream, checked by their type. */
function deltasOf(stream: string, branch = 0): readonly Told[] {
  const choices = expectChatStream(stream).chunks.flatMap((chunk) => chunk.choices);
  return choices.filter(({ index }) => index === branch).map(({ delta }) => delta);
}

function begun(id: string, name: string, input: object) {
  return { id, name, input: JSON.stringify(input), status: "in_progress" };
}

test("a body has in message.claude what Claude Code did by itself", async () => {
  const turnpike = shared();
  const { file, missing } = scriptWork(turnpike);
  const response = await post(turnpike, FIELD);
  expect(response.headers.get("x-turnpike-ignored")).toBeNull();
  expect(await messageOf(response)).toMatchObject({
    content: "I write it.\n\nDone.",
    reasoning_content: "A file first.",
    claude: {
      activity: [
        {
          ...begun("toolu_write", "Write", { file_path: file, content: "hello\n" }),
          status: "completed",
          output: expect.stringContaining(file),
        },
        {
          ...begun("toolu_show", "Bash", { command: `cat ${file}` }),
          status: "completed",
          output: "hello",
        },
        {
          ...begun("toolu_miss", "Bash", { command: `cat ${missing}` }),
          status: "failed",
          output: expect.stringContaining("No such file"),
        },
      ],
    },
  });
  expect(await readFile(file, "utf8")).toBe("hello\n");
});

test("a stream tells of it while it happens, each beginning before its end", async () => {
  const turnpike = shared();
  const gate = new Gate();
  const { file, missing } = scriptWork(turnpike, gate);
  const response = await post(turnpike, { ...FIELD, stream: true });
  const decoder = new TextDecoder();
  let stream = "";
  for await (const bytes of response.body ?? []) {
    stream += decoder.decode(bytes, { stream: true });
    // The model has not been heard again by then.
    if (stream.includes('"id":"toolu_write","status":"completed"')) gate.release();
  }
  const told = deltasOf(stream).map(
    ({ content, reasoning_content, claude }) => claude?.activity ?? reasoning_content ?? content,
  );
  const at = (activity: object) =>
    told.findIndex((each) => JSON.stringify(each) === JSON.stringify(activity));
  const [write, show, miss] = [
    begun("toolu_write", "Write", { file_path: file, content: "hello\n" }),
    begun("toolu_show", "Bash", { command: `cat ${file}` }),
    begun("toolu_miss", "Bash", { command: `cat ${missing}` }),
  ].map(at);
  const places = [told.indexOf("A file first."), told.indexOf("I write it."), write, show, miss];
  expect(places).toEqual(places.toSorted((left, right) => Number(left) - Number(right)));
  expect(places).not.toContain(-1);
  expect(at({ id: "toolu_show", status: "completed", output: "hello" })).toBeGreaterThan(Number(show));
  const failed = told.findIndex((each) => JSON.stringify(each)?.includes('"toolu_miss","status":"failed"'));
  expect(failed).toBeGreaterThan(Number(miss));
  expect(
    deltasOf(stream)
      .map(({ content }) => content ?? "")
      .join(""),
  ).toBe("I write it.\n\nDone.");
});

test("a stream begins with activity when nothing else comes first", async () => {
  const turnpike = shared();
  const gate = new Gate();
  turnpike.upstream.clear();
  turnpike.upstream.respondWith([
    reply({ blocks: [toolUse("Bash", { command: "ls" }, { id: "toolu_ls" })] }),
    reply({ blocks: [textBlock("Seen.")], beforeHeaders: [gate] }),
  ]);
  const response = await post(turnpike, { ...LINES, stream: true });
  const first = await response.clone().body?.getReader().read();
  expect(new TextDecoder().decode(first?.value)).toContain('"role":"assistant"');
  gate.release();
  expect(
    deltasOf(await response.text())
      .map(({ reasoning_content }) => reasoning_content ?? "")
      .join(""),
  ).toBe("Bash: ls\n");
});

test("lines of the thinking: the same in a body and a stream, without the output; the talk stays hot", async () => {
  const turnpike = shared();
  const first = scriptWork(turnpike);
  const response = await post(turnpike, LINES);
  const message = await messageOf(response);
  const linesOf = ({ file, missing }: typeof first) =>
    `A file first.\nWrite: ${basename(file)}\nCreated ${basename(file)} (+1 −0)\nBash: cat ${file}\n` +
    `Bash: cat ${missing}\nBash: cat ${missing} (failed)\n`;
  expect(message).toMatchObject({ content: "I write it.\n\nDone.", reasoning_content: linesOf(first) });
  expect(Object.keys(message.claude ?? {})).toEqual(["file_changes"]);

  const second = scriptWork(turnpike);
  const stream = await (await post(turnpike, { ...LINES, stream: true }, [user("Another.")])).text();
  expect(
    deltasOf(stream)
      .map(({ reasoning_content }) => reasoning_content ?? "")
      .join(""),
  ).toBe(linesOf(second));

  // What was told comes back with the message, and is no part of the conversation.
  turnpike.upstream.respondWith(text("You're welcome."));
  const replayed = { ...message, claude: { activity: [{ id: "x" }] } };
  const next = await post(turnpike, LINES, [...HELLO, replayed, user("Thanks.")]);
  expect(next.headers.get("x-turnpike-placement")).toBe("hot");
  expect(await messageOf(next)).toMatchObject({ content: "You're welcome." });
});

test("several answers have each their own activity", async () => {
  const turnpike = shared();
  turnpike.upstream.clear();
  turnpike.upstream.respondWith(({ body }) =>
    JSON.stringify(body.messages.at(-1)).includes("tool_result")
      ? text("Seen.")
      : reply({ blocks: [toolUse("Bash", { command: "pwd" })] }),
  );
  const messages = await messagesOf(await post(turnpike, { ...FIELD, n: 2 }, [user("Where?")]));
  const activity = [{ name: "Bash", input: '{"command":"pwd"}', status: "completed" }];
  expect(messages).toMatchObject([
    { content: "Seen.", claude: { activity } },
    { content: "Seen.", claude: { activity } },
  ]);
  const stream = await (await post(turnpike, { ...FIELD, n: 2, stream: true }, [user("Where?")])).text();
  for (const branch of [0, 1]) {
    const told = deltasOf(stream, branch).flatMap(({ claude }) => (claude ? [claude.activity] : []));
    expect(told).toMatchObject([
      { name: "Bash", status: "in_progress" },
      { status: "completed", output: expect.stringContaining("turnpike-test-") },
    ]);
  }
});

test("unasked only the changed files are told, and where the profile hides it nothing", async () => {
  const turnpike = shared();
  const { file } = scriptWork(turnpike);
  const unasked = await post(turnpike, { claude: { activity: null } });
  const plain = await messageOf(unasked);
  expect(plain).toMatchObject({ content: "I write it.\n\nDone.", reasoning_content: "A file first." });
  expect(plain.claude).toEqual({
    file_changes: [expect.objectContaining({ type: "created", path: basename(file) })],
  });

  scriptWork(turnpike);
  const hidden = await post(turnpike, LINES, HELLO, "quiet");
  expect(hidden.headers.get("x-turnpike-ignored")).toBe("claude.activity");
  const { claude: _, ...silent } = plain;
  expect(await messageOf(hidden)).toEqual(silent);

  scriptWork(turnpike);
  const stream = await post(turnpike, { ...FIELD, stream: true }, HELLO, "quiet");
  expect(stream.headers.get("x-turnpike-ignored")).toBe("claude.activity");
  expect(deltasOf(await stream.text()).some((delta) => delta.claude)).toBe(false);
});

test("a form that is none is refused before the model is asked", async () => {
  const turnpike = shared();
  turnpike.upstream.clear();
  const wrong: readonly (readonly [unknown, string])[] = [
    ["shown", "invalid_value"],
    [true, "invalid_type"],
    [["field"], "invalid_type"],
  ];
  for (const [activity, code] of wrong) {
    await expectError(await post(turnpike, { claude: { activity } }), {
      status: 400,
      type: "invalid_request_error",
      code,
      param: "claude.activity",
    });
  }
  expect(turnpike.upstream.requests).toEqual([]);
});
