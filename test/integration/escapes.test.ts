import { existsSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ChatCompletionMessageParam } from "openai/resources";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import type { RecordedRequest } from "../../src/demo/recorded-request.ts";
import { answer, APPROVER_FLAGS, nextApproval } from "./approve.ts";
import { assistant, user } from "./ask.ts";
import { expectError } from "./expect-error.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startTurnpike, type Turnpike } from "./start-turnpike.ts";

/** Beside it there is a folder whose name goes on. */
const allowed = join(await realpath(await mkdtemp(join(tmpdir(), "turnpike-test-"))), "work");
const workshop = `${allowed}shop`;
await mkdir(join(allowed, "inside"), { recursive: true });
afterAll(() => rm(join(allowed, ".."), { recursive: true, force: true }));

const shared = shareTurnpike({
  flags: { ...APPROVER_FLAGS, "requests.folders": [allowed] },
});

const WORK = [user("Work.")];

beforeAll(async () => {
  const { workspace } = shared();
  await mkdir(workshop);
  await mkdir(`${workspace}shop`);
  await mkdir(join(workspace, "sub"));
  await writeFile(join(workspace, "file.txt"), "");
  await writeFile(join(workshop, "file.txt"), "");
  await symlink(workshop, join(workspace, "leaving"));
  await symlink(join(workspace, "leaving"), join(workspace, "leaving-too"));
  await symlink(join(allowed, "gone"), join(workspace, "dangling"));
});

beforeEach(() => shared().upstream.clear());

/** The ways to name a folder, with what an error calls the place. */
const WAYS = {
  body: (path: string) => ({
    body: { claude: { workingDirectory: path } },
    param: "claude.workingDirectory",
  }),
  header: (path: string) => ({
    headers: { "x-turnpike-working-directory": path },
    param: "X-Turnpike-Working-Directory",
  }),
  metadata: (path: string) => ({
    body: { metadata: { "claude.workingDirectory": path } },
    param: "metadata.claude.workingDirectory",
  }),
} satisfies Record<string, (path: string) => Sent & { param: string }>;

interface Sent {
  readonly body?: object;
  readonly headers?: Record<string, string>;
}

function ask({ body, headers }: Sent, messages: readonly ChatCompletionMessageParam[] = WORK) {
  return shared().post({ model: "claude-code", messages, ...body }, headers);
}

/** What the client reads, and where the turn ran. */
async function textOf(response: Response): Promise<string> {
  const source = await response.text();
  expect(response.status, source).toBe(200);
  // Proof for the cast: other tests check the shape of these bodies.
  const body = JSON.parse(source) as { choices: { message: { content: string } }[] };
  return body.choices[0]?.message.content ?? "";
}

/** What the model is told of its calls. */
function resultsIn({ body }: RecordedRequest): string {
  return JSON.stringify(body.messages.findLast(({ role }) => role === "user"));
}

const run = (command: string) => reply({ blocks: [toolUse("Bash", { command })] });

describe.each(Object.entries(WAYS))("a working directory in the %s", (_, way) => {
  test.each([
    ["a link that leads outside", () => "leaving"],
    ["a link to such a link", () => "leaving-too"],
    ["a link that leads nowhere", () => "dangling"],
    ["a folder behind such a link", () => "leaving/deeper"],
    ["dots", () => "sub/../.."],
    ["dots behind an allowed folder", () => join(allowed, "inside") + "/../../workshop"],
    ["a name that goes on", ({ workspace }: Turnpike) => `${workspace}shop`],
    ["a name that goes on, of the list", () => workshop],
    ["another folder", () => "/etc"],
    ["a file outside", () => join(workshop, "file.txt")],
    ["what is missing outside", () => join(workshop, "missing")],
  ])("is refused for %s", async (__, pathOf) => {
    const { param, ...sent } = way(pathOf(shared()));
    await expectError(await ask(sent), {
      status: 403,
      type: "permission_error",
      code: "forbidden",
      param,
      message: /requests\.folders/,
    });
    expect(shared().upstream.requests).toEqual([]);
  });

  test.each([
    ["a file", "file.txt"],
    ["what is missing", "missing"],
    ["what is missing below a file", "file.txt/deeper"],
  ])("is an error for %s", async (__, path) => {
    const { param, ...sent } = way(path);
    await expectError(await ask(sent), {
      status: 400,
      type: "invalid_request_error",
      code: null,
      param,
    });
    expect(shared().upstream.requests).toEqual([]);
  });

  test("inside is where Claude works, with what stands there", async () => {
    const turnpike = shared();
    const folder = join(allowed, "inside");
    await writeFile(join(folder, "CLAUDE.md"), "Speak like a pirate.");
    await rm(join(turnpike.workspace, "staying"), { force: true });
    await symlink(folder, join(turnpike.workspace, "staying"));
    turnpike.upstream.respondWith([run("pwd && touch here.txt"), text("Arr.")]);
    expect(await textOf(await ask(way("staying")))).toBe("Arr.");
    const first = await turnpike.upstream.waitForRequest(1);
    expect(JSON.stringify(first.body)).toContain("Speak like a pirate.");
    expect(resultsIn(await turnpike.upstream.waitForRequest(2))).toContain(`"${folder}"`);
    expect(existsSync(join(folder, "here.txt"))).toBe(true);
  });
});

test.each([
  // Codex would send it again after a 403.
  ["/v1/responses", 400, { input: "Work." }],
  ["/v1/messages", 403, { max_tokens: 100, messages: WORK }],
] as const)("%s refuses it, too, with %i", async (path, status, body) => {
  const response = await shared().fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "claude-code", ...body, claude: { workingDirectory: "leaving" } }),
  });
  const source = await response.text();
  expect([response.status, source]).toEqual([status, expect.stringContaining("requests.folders")]);
  expect(source).not.toContain(allowed);
  expect(shared().upstream.requests).toEqual([]);
});

test("a history is another conversation in another folder", async () => {
  const { upstream, workspace } = shared();
  await mkdir(join(workspace, "one"), { recursive: true });
  await mkdir(join(workspace, "two"), { recursive: true });
  const history = [user("Where are we?")];
  const turn = async (folder: string, messages: readonly ChatCompletionMessageParam[]) => {
    upstream.clear();
    upstream.respondWith([run("pwd"), text("Here.")]);
    const response = await ask(WAYS.body(folder), messages);
    expect(await textOf(response)).toBe("Here.");
    expect(resultsIn(await upstream.waitForRequest(2))).toContain(`"${join(workspace, folder)}"`);
    return {
      placement: response.headers.get("x-turnpike-placement"),
      conversation: response.headers.get("x-conversation-id"),
    };
  };
  const first = await turn("one", history);
  const more = [...history, assistant("Here."), user("And now?")];
  const elsewhere = await turn("two", more);
  const second = await turn("one", more);
  expect([elsewhere.placement, second.placement]).toEqual(["imported", "hot"]);
  expect(elsewhere.conversation).not.toBe(first.conversation);
  expect(second.conversation).toBe(first.conversation);
});

describe("a folder that is swapped for a link to elsewhere", () => {
  test("between two turns serves no further one", async () => {
    const { upstream, workspace } = shared();
    const folder = join(workspace, "swapped");
    await mkdir(folder);
    upstream.respondWith(text("One."));
    const sent = { ...WAYS.body("swapped"), headers: { "x-conversation-id": "swapped" } };
    expect(await textOf(await ask(sent))).toBe("One.");
    await rename(folder, `${folder}.old`);
    await symlink(workshop, folder);
    upstream.clear();
    await expectError(await ask(sent), {
      status: 403,
      type: "permission_error",
      code: "forbidden",
      param: "claude.workingDirectory",
    });
    expect(upstream.requests).toEqual([]);
    await rm(folder);
    await rename(`${folder}.old`, folder);
    upstream.respondWith(text("Two."));
    const response = await ask(sent);
    expect([response.headers.get("x-turnpike-placement"), await textOf(response)]).toEqual(["hot", "Two."]);
  });

  test("in the middle of a turn gets nothing written without a person's word", async () => {
    const turnpike = shared();
    const folder = join(turnpike.workspace, "moved");
    await mkdir(folder);
    const gate = new Gate();
    const blocks = [toolUse("Write", { file_path: join(folder, "a.txt"), content: "hello\n" })];
    turnpike.upstream.respondWith([
      run("ls"),
      reply({ beforeHeaders: [gate], blocks }),
      reply({ blocks: [toolUse("Bash", { command: "touch b.txt" })] }),
      text("Done."),
    ]);
    const asking = ask(WAYS.body("moved"));
    await gate.reached;
    await rename(folder, `${folder}.old`);
    await symlink(workshop, folder);
    gate.release();
    for (let call = 0; call < 2; call += 1) {
      expect(await answer(turnpike, (await nextApproval(turnpike)).id, "deny")).toBe(200);
    }
    expect(await textOf(await asking)).toBe("Done.");
    expect([existsSync(join(workshop, "a.txt")), existsSync(join(workshop, "b.txt"))]).toEqual([
      false,
      false,
    ]);
  });
});

describe("a folder that is deleted in the middle of a turn", () => {
  test("by another program: Claude is told, the turn ends, and the next request says what is wrong", async () => {
    const { upstream, workspace } = shared();
    const folder = join(workspace, "deleted");
    await mkdir(folder);
    const gate = new Gate();
    upstream.respondWith([
      run("ls"),
      reply({ beforeHeaders: [gate], blocks: [toolUse("Bash", { command: "touch two.txt" })] }),
      text("It is gone."),
    ]);
    const asking = ask(WAYS.body("deleted"));
    await gate.reached;
    await rm(folder, { recursive: true });
    gate.release();
    expect(await textOf(await asking)).toBe("It is gone.");
    expect(resultsIn(await upstream.waitForRequest(3))).toContain("no longer exists");
    upstream.clear();
    await expectError(await ask(WAYS.body("deleted")), {
      status: 400,
      type: "invalid_request_error",
      code: null,
      param: "claude.workingDirectory",
      message: /no such folder/,
    });
    expect(upstream.requests).toEqual([]);
  });

  test("by Claude itself, with all that is in it", async () => {
    const turnpike = await startTurnpike({ configFile: { profiles: { free: { allowedTools: ["Bash"] } } } });
    const { upstream, workspace } = turnpike;
    await writeFile(join(workspace, "a.txt"), "hello\n");
    upstream.respondWith([run('cd / && rm -rf "$OLDPWD"'), text("I deleted all.")]);
    const body = { model: "free", messages: WORK };
    expect(await textOf(await turnpike.post(body))).toBe("I deleted all.");
    expect(existsSync(workspace)).toBe(false);
    const more = [...WORK, assistant("I deleted all."), user("Go on.")];
    for (const messages of [more, [user("Something new.")]]) {
      await expectError(await turnpike.post({ ...body, messages }), {
        status: 502,
        type: "server_error",
        code: "engine_failed",
        message: /workspace of the profile 'free' is gone/,
      });
    }
    expect(upstream.requests).toHaveLength(2);
    await mkdir(workspace);
    upstream.respondWith(text("Here I am."));
    expect(await textOf(await turnpike.post({ ...body, messages: more }))).toBe("Here I am.");
  });
});

describe("what a request may not have", () => {
  const own = { mine: { command: "sh", args: ["-c", "touch /tmp/turnpike-escaped"] } };
  test.each<[string, Sent, string, RegExp]>([
    [
      "a permission mode",
      { body: { claude: { permissionMode: "bypassPermissions" } } },
      "claude.permissionMode",
      /requests\.permissionModes/,
    ],
    [
      "a permission mode in a header",
      { headers: { "x-turnpike-permission-mode": "auto" } },
      "X-Turnpike-Permission-Mode",
      /requests\.permissionModes/,
    ],
    [
      "a rule",
      { body: { claude: { allowedTools: ["Bash"] } } },
      "claude.allowedTools",
      /requests\.allowedTools/,
    ],
    [
      "a rule in metadata",
      { body: { metadata: { "claude.allowed_tools": "Bash(rm *)" } } },
      "metadata.claude.allowed_tools",
      /requests\.allowedTools/,
    ],
    [
      "a further folder",
      { body: { claude: { additionalDirectories: ["sub", workshop] } } },
      "claude.additionalDirectories",
      /requests\.folders/,
    ],
    [
      "a program as an MCP server",
      { body: { claude: { mcpServers: own } } },
      "claude.mcpServers",
      /requests\.mcpServers/,
    ],
  ])("%s: is refused before any model call", async (_, sent, param, message) => {
    const response = await ask(sent);
    const source = await response.text();
    // Proof for the cast: a body of another shape fails the comparison.
    const { error } = JSON.parse(source) as { error: { param: string } };
    expect([response.status, error]).toMatchObject([
      403,
      { code: "forbidden", message: expect.stringMatching(message) },
    ]);
    expect(error.param).toContain(param);
    expect(source).not.toContain(allowed);
    expect(shared().upstream.requests).toEqual([]);
  });

  test.each<[Sent, string]>([
    [{ body: { claude: { env: { PATH: "/tmp" } } } }, "claude.env"],
    [{ headers: { "x-turnpike-env": "PATH=/tmp" } }, "X-Turnpike-Env"],
    [{ body: { metadata: { "claude.env": "PATH=/tmp" } } }, "metadata.claude.env"],
  ])("an environment: %j", async (sent, param) => {
    await expectError(await ask(sent), {
      status: 400,
      type: "invalid_request_error",
      code: "unsupported_parameter",
      param,
    });
    expect(shared().upstream.requests).toEqual([]);
  });
});
