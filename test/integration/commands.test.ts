import { existsSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeAll, beforeEach, expect, test } from "vitest";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { denyAll } from "./approve.ts";
import { ask, assistant, user } from "./ask.ts";
import { expectError } from "./expect-error.ts";
import { respond, type RespondOptions } from "./respond.ts";
import { shareTurnpike } from "./share-turnpike.ts";

const MODEL = "claude-code";
const SECRET = "tp-nobody-reads-this";

const shared = shareTurnpike({
  isTrusted: true,
  configFile: {
    requests: {
      permissionModes: ["default", "acceptEdits"],
      commands: ["greet", "deploy", "touch", "look", "show", "no-such-command", "model"],
    },
  },
});

beforeAll(async () => {
  const folder = join(shared().workspace, ".claude");
  await mkdir(join(folder, "commands"), { recursive: true });
  await writeFile(join(folder, "commands/greet.md"), "Greet $ARGUMENTS warmly.");
  await writeFile(join(folder, "commands/touch.md"), "It says: !`touch $ARGUMENTS`");
  await writeFile(join(folder, "commands/look.md"), "Look at @$ARGUMENTS and tell.");
  await writeFile(join(folder, "commands/first.md"), "Look at @$0 and tell.");
  await writeFile(join(folder, "commands/show.md"), "It says: !`cat $ARGUMENTS`");
  await writeFile(join(shared().workspace, "mine.txt"), "by the operator");
  await writeFile(join(shared().folder, "outside.txt"), SECRET);
  await symlink("../outside.txt", join(shared().workspace, "link"));
  await mkdir(join(folder, "skills/deploy"), { recursive: true });
  await writeFile(
    join(folder, "skills/deploy/SKILL.md"),
    "---\nname: deploy\ndescription: Deploys the project.\n---\nRun the deployment script.\n",
  );
});

beforeEach(() => {
  shared().upstream.clear();
  shared().upstream.respondWith(text("Hello, team!"));
});

const seen = async (count = 1) =>
  JSON.stringify((await shared().upstream.waitForRequest(count)).body.messages);

test.each([
  ["the body", { claude: { command: "greet" } }, {}],
  ["a header, with its slash", {}, { "x-turnpike-command": "/greet" }],
  ["metadata", { metadata: { "claude.command": "greet" } }, {}],
])("a command runs on purpose, named in %s, and the conversation goes on", async (_, body, headers) => {
  const words = [user("the team")];
  const response = await shared().post({ model: MODEL, messages: words, ...body }, headers);
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining("Hello, team!")]);
  expect(await seen()).toContain("Greet the team warmly.");
  shared().upstream.respondWith(text("Bye."));
  const more = [...words, assistant("Hello, team!"), user("And bye.")];
  expect((await ask(shared(), more, { model: MODEL })).text).toBe("Bye.");
  expect(await seen(2)).toContain("Hello, team!");
});

test("a skill runs like a command, and both do in the other protocols", async () => {
  // Proof for the cast: a field of ours, which OpenAI's type does not have.
  const skill = { model: MODEL, claude: { command: "deploy" } } as RespondOptions;
  expect((await respond(shared(), "to the test system", skill)).text).toBe("Hello, team!");
  expect(await seen()).toMatch(/Run the deployment script\.[^]*to the test system/);
  const body = { model: MODEL, max_tokens: 100, messages: [user("everybody")], claude: { command: "greet" } };
  const response = await shared().fetch("/v1/messages", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining("Hello, team!")]);
  expect(await seen(2)).toContain("Greet everybody warmly.");
});

test("what a shell line of a command changes is told like any other change", async () => {
  const claude = { command: "touch", permissionMode: "acceptEdits", activity: "field" };
  const response = await shared().post({ model: MODEL, messages: [user("made.txt")], claude });
  expect([response.status, await response.json()]).toMatchObject([
    200,
    { choices: [{ message: { claude: { file_changes: [{ type: "created", path: "made.txt" }] } } }] },
  ]);
});

test("a command whose shell line would be asked about is refused before the model hears of it", async () => {
  const claude = { command: "touch", permissionMode: "default" };
  const response = await shared().post({ model: MODEL, messages: [user("asked.txt")], claude });
  await expectError(response, {
    status: 403,
    type: "permission_error",
    code: "forbidden",
    param: "claude.command",
    message: /'touch' was not run: a shell line in it would need approval/,
  });
  expect(existsSync(join(shared().workspace, "asked.txt"))).toBe(false);
  expect(shared().upstream.requests).toEqual([]);
});

test.each([
  "/greet the team",
  "/model opus",
  "/clear",
  "/compact",
  "/no-such thing",
  "!ls",
  "@/etc/hostname",
])("text is only text: %s", async (words) => {
  const { upstream } = shared();
  upstream.respondWith(text("As you say."));
  expect((await ask(shared(), words, { model: MODEL })).text).toBe("As you say.");
  expect(conversationOf(await upstream.waitForRequest(1))).toEqual([user(words)]);
  expect(upstream.requests).toHaveLength(1);
});

test.each([
  ["one that is not there", "no-such-command", "", /There is no command 'no-such-command'.*greet/],
  ["one of Claude Code's own that changes it", "model", "opus", /There is no command 'model'/],
  ["a file in its arguments", "greet", "@/etc/hostname", /cannot mention files with @/],
  ["a file behind other words", "greet", "the team of\n@../secret", /cannot mention files with @/],
  ["no name", "greet the team", "", /no name of a command/],
])("a command is refused: %s", async (_, command, words, message) => {
  const body = { model: MODEL, messages: [user(words || "Work.")], claude: { command } };
  await expectError(await shared().post(body), {
    status: 400,
    type: "invalid_request_error",
    code: null,
    param: "claude.command",
    message,
  });
  expect(shared().upstream.requests).toEqual([]);
});

test("a command is refused where the configuration does not list it, or nothing could run it", async () => {
  const run = (model: string, command: string) =>
    shared().post({ model, messages: [user("Work.")], claude: { command } });
  const param = "claude.command";
  await expectError(await run(MODEL, "init"), {
    status: 403,
    type: "permission_error",
    code: "forbidden",
    param,
    message: /requests\.commands/,
  });
  await expectError(await run("sonnet", "greet"), {
    status: 400,
    type: "invalid_request_error",
    code: null,
    param,
    message: /builtinTools/,
  });
  expect(shared().upstream.requests).toEqual([]);
});

const call = (skill: string, args: string) => toolUse("Skill", { skill, args });

/** The command has an `@` before what the client sends. */
const look = (files: string, mode: string, command = "look") =>
  shared().post({
    model: MODEL,
    messages: [user(files.replace("ROOT", shared().folder))],
    claude: { command, permissionMode: mode },
  });

test.each([
  "ROOT/outside.txt",
  "ROOT/./workspace/../outside.txt",
  '"ROOT/outside.txt"',
  "ROOT/outside.txt#L1-2",
  "ROOT/outside.txt, please",
  "../outside.txt",
  "sub/../../outside.txt",
  "link",
  "mine.txt ROOT/outside.txt",
  "~/outside.txt",
  "~",
  "/proc/self/environ",
  // Claude Code splits them as a shell does.
  "lin''k",
  'l"in"k, please',
  "lin\\k",
  '."".\\/outside.txt',
  "mine.txt .''./outside.txt",
  'it\'s mine.txt .""./outside.txt',
  "mine.txt;link",
])("the arguments of a command name no file outside: %s", async (files) => {
  for (const mode of ["default", "plan"]) {
    await expectError(await look(files, mode), {
      status: 400,
      type: "invalid_request_error",
      code: null,
      param: "claude.command",
      message: /outside of the workspace/,
    });
  }
  expect(shared().upstream.requests).toEqual([]);
});

test("the arguments of a command may name a file inside, and be words", async () => {
  for (const files of ["mine.txt", "./mine.txt (the first one), e.g. and/or a/b ... see #3 ~ 5"]) {
    const response = await look(files, "plan");
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining("Hello, team!")]);
  }
  expect(await seen(1)).toContain("by the operator");
});

test("a shell line of a command reads no file outside that its arguments only hint at", async () => {
  for (const pattern of ["l*nk", "lin?", "mine.txt l[i]nk"]) {
    expect((await look(pattern, "default", "show")).status, pattern).toBe(400);
  }
  expect(shared().upstream.requests).toEqual([]);
  const response = await look("mi*.txt", "default", "show");
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining("Hello, team!")]);
  expect(await seen()).toContain("by the operator");
});

test.each(["default", "plan"])(
  "a skill that Claude calls reads no file outside by its arguments, in mode %s",
  async (permissionMode) => {
    const { upstream, folder } = shared();
    const person = denyAll(shared());
    const outside = [
      call("look", "link"),
      call("look", join(folder, "outside.txt")),
      call("look", "../outside.txt"),
      call("first", "lin''k"),
      call("greet", "@link"),
      call("greet", 'you and @"../outside.txt"'),
      call("look", join(shared().dataDir, "approver-key")),
      // What is worst of it counts, not what comes first.
      call("look", `../outside.txt ${join(shared().dataDir, "approver-key")}`),
    ];
    const ownOnes = 2;
    upstream.respondWith([...outside.map((one) => reply({ blocks: [one] })), text("Done.")]);
    const claude = { permissionMode };
    expect((await shared().post({ model: MODEL, messages: [user("Look.")], claude })).status).toBe(200);
    expect(upstream.requests).toHaveLength(outside.length + 1);
    expect(JSON.stringify(upstream.requests.at(-1)?.body)).not.toMatch(
      /tp-nobody-reads-this|Called the Read tool/,
    );
    // What is Turnpike's own nobody is asked about.
    expect(person.asked).toHaveLength(permissionMode === "plan" ? 0 : outside.length - ownOnes);
    upstream.clear();
    upstream.respondWith([reply({ blocks: [call("look", "mine.txt")] }), text("Done.")]);
    expect((await shared().post({ model: MODEL, messages: [user("And inside.")], claude })).status).toBe(200);
    expect(await seen(2)).toContain("by the operator");
    person.end();
  },
);
