import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { describeProgram } from "../clients/describe-program.ts";
import { startMcpServer } from "../mcp/start-mcp-server.ts";
import { toolNamesOf } from "../upstream/read-request.ts";
import { collectLog } from "./collect-log.ts";
import { expectError } from "./expect-error.ts";
import { canFindProcesses, findProcesses, isClaude, waitForProcesses } from "./find-processes.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { makeFolder, startTurnpike, type Turnpike } from "./start-turnpike.ts";
import { expectWithin } from "../machine-speed.ts";

const MCP_FOLDER = join(import.meta.dirname, "..", "mcp");
const STDIO_SERVER = join(MCP_FOLDER, "stdio-server.mjs");
const SECRET = "a-greeting-that-nobody-may-read";

/** A server of ours: `echo` answers with its secret, `crash` ends it. */
const greeter = {
  command: process.execPath,
  args: [STDIO_SERVER],
  env: { GREETING: "${GREETING_SECRET}" },
};
const log = collectLog();

const shared = shareTurnpike({
  logger: log.logger,
  environment: { GREETING_SECRET: SECRET },
  flags: { "requests.mcpServers": "any", "requests.allowedTools": ["mcp__greeter"] },
  configFile: {
    mcpServers: {
      greeter,
      gone: { command: join(MCP_FOLDER, "no-such-program") },
      broken: { command: process.execPath, args: ["-e", "process.exit(3)"] },
      mute: { command: process.execPath, args: [join(MCP_FOLDER, "mute-server.mjs")] },
    },
    profiles: {
      greeting: { mcpServers: ["greeter"], allowedTools: ["mcp__greeter"], builtinTools: "on" },
      failing: { mcpServers: ["gone", "greeter", "broken"], allowedTools: ["mcp__greeter"] },
      hanging: { mcpServers: ["mute"], environment: { MCP_TIMEOUT: "1500" } },
    },
  },
});

const call = (tool: string, input: object = { text: "hi" }) =>
  reply({ blocks: [toolUse(`mcp__${tool}`, input, { id: `toolu_${tool}` })] });

interface Told {
  readonly content: string;
  readonly claude?: {
    readonly activity?: readonly { name?: string; status: string; output?: string }[];
    readonly notices?: readonly object[];
  };
  readonly tool_calls?: readonly { readonly id: string }[];
}

let conversationCount = 0;

/** A conversation of its own, in which each turn asks to be told of activity. */
function converse(turnpike: Turnpike, model: string) {
  const name = `mcp-${(conversationCount += 1)}`;
  const post = (body: { readonly claude?: object; readonly messages?: readonly object[]; tools?: unknown }) =>
    turnpike.post(
      {
        model,
        messages: [{ role: "user", content: "Work." }],
        ...body,
        claude: { activity: "field", ...body.claude },
      },
      { "x-conversation-id": name },
    );
  const evict = () => turnpike.fetch(`/conversations/${name}?mode=evict`, { method: "DELETE" });
  onTestFinished(async () => void (await evict()));
  return {
    post,
    evict,
    /** The whole answer and what Claude Code's calls gave. */
    turn: async (body: Parameters<typeof post>[0] = {}) => {
      const response = await post(body);
      const source = await response.text();
      expect(response.status, source).toBe(200);
      // Proof for the cast: an answer of status 200 is a chat completion, whose shape other tests check.
      const { choices } = JSON.parse(source) as { choices: readonly { message: Told }[] };
      const message = choices[0]?.message ?? { content: "" };
      const results = (message.claude?.activity ?? []).map(({ status, output }) => `${status}: ${output}`);
      const { headers } = response;
      const [placement, ignored] = ["placement", "ignored"].map((word) => headers.get(`x-turnpike-${word}`));
      return { message, results, placement, ignored };
    },
  };
}

const GREETED = `completed: hi with ${SECRET}`;

/** No process of this machine shows it to others. */
async function expectOffCommandLines(secret: string): Promise<void> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "")));
  expect(lines.filter((line) => line.includes(secret))).toEqual([]);
}

const isGreeter = ({ command }: { readonly command: string }) => command.includes(STDIO_SERVER);

describeProgram("server-filesystem", ({ command, args }) => {
  const files = { command, args: [...args, "."] };
  const turnpike = shareTurnpike({
    flags: { "requests.mcpServers": "any", "requests.allowedTools": ["mcp__files"] },
    configFile: {
      mcpServers: { files },
      profiles: {
        filing: { mcpServers: ["files"], allowedTools: ["mcp__files"] },
        apart: { mcpServers: ["files"], allowedTools: ["mcp__files"], isolation: "copy" },
      },
    },
  });

  test.each([
    ["of the profile", "filing", {}, "files"],
    ["that a request names", "claude-code", { mcpServers: ["files"], allowedTools: ["mcp__files"] }, "files"],
    [
      "that a request brings",
      "claude-code",
      { mcpServers: { mine: files }, allowedTools: ["mcp__mine"] },
      "mine",
    ],
  ])("serves its tools as one %s", async (_, model, claude, server) => {
    const { upstream, workspace } = turnpike();
    const path = join(workspace, `${server}-${model}.txt`);
    upstream.clear();
    upstream.respondWith([
      call(`${server}__write_file`, { path, content: "by the server\n" }),
      call(`${server}__read_text_file`, { path }),
      call(`${server}__read_text_file`, { path: "/etc/hostname" }),
      text("Done."),
    ]);
    const talk = converse(turnpike(), model);
    const { message, results } = await talk.turn({ claude });
    expect(message.content).toBe("Done.");
    expect(message.claude?.activity?.[0]?.name).toBe(`mcp__${server}__write_file`);
    expect(results).toEqual([
      expect.stringMatching(/^completed: .*Successfully wrote/),
      expect.stringContaining("by the server"),
      expect.stringMatching(/^failed: .*outside allowed directories/),
    ]);
    expect(await readFile(path, "utf8")).toBe("by the server\n");
    const last = await upstream.waitForRequest(4);
    expect(JSON.stringify(last.body.messages)).toContain("by the server");
    expect(toolNamesOf(last)).toEqual(
      expect.arrayContaining(["Bash", `mcp__${server}__write_file`, `mcp__${server}__list_directory`]),
    );
  });

  test("works in the folder of an isolated conversation, and in no other", async () => {
    const { upstream, workspace, dataDir } = turnpike();
    await writeFile(join(workspace, "shared.txt"), "of all\n");
    upstream.clear();
    upstream.respondWith([
      call("files__list_allowed_directories", {}),
      call("files__write_file", { path: "shared.txt", content: "of one\n" }),
      call("files__read_text_file", { path: join(workspace, "shared.txt") }),
      text("Done."),
    ]);
    const { message, results } = await converse(turnpike(), "apart").turn();
    expect(results).toEqual([
      expect.stringContaining(join(dataDir, "workspaces")),
      expect.stringMatching(/^completed: .*Successfully wrote/),
      expect.stringMatching(/^failed: .*outside allowed directories/),
    ]);
    expect(message.claude).toMatchObject({ file_changes: [{ type: "changed", path: "shared.txt" }] });
    expect(await readFile(join(workspace, "shared.txt"), "utf8")).toBe("of all\n");
  });

  test("what it writes is a change of the turn's like any other", async () => {
    const { upstream, workspace } = turnpike();
    await writeFile(join(workspace, "told.txt"), "old\n");
    upstream.respondWith([
      call("files__write_file", { path: join(workspace, "told.txt"), content: "new\n" }),
      text("Done."),
    ]);
    const { message } = await converse(turnpike(), "filing").turn();
    expect(message.claude).toMatchObject({ file_changes: [{ type: "changed", path: "told.txt" }] });
  });
});

test("a server that has to be fetched first may take longer, once, and the turns that come meanwhile wait for it", async () => {
  const folder = await makeFolder();
  const slow = [join(MCP_FOLDER, "slow-at-first.mjs"), join(folder, "fetched"), "11000"];
  const heard = collectLog();
  const turnpike = await startTurnpike({
    logger: heard.logger,
    environment: { GREETING_SECRET: SECRET },
    configFile: {
      mcpServers: { greeter: { ...greeter, args: slow } },
      profiles: { default: { mcpServers: ["greeter"], allowedTools: ["mcp__greeter"] } },
    },
  });
  turnpike.upstream.respondWith([call("greeter__echo"), text("Greeted.")]);
  const { message, results, ignored } = await converse(turnpike, "claude-code").turn();
  expect([message.content, results, ignored]).toEqual(["Greeted.", [GREETED], null]);
  expect(heard.text).toContain('"event":"mcp-server.starting"');
}, 240_000);

describe("a server of the profile", () => {
  // The server has a look at each of them first, for its health.
  beforeAll(async () => {
    await shared().until(({ mcpServers }) => mcpServers.every(({ status }) => status !== "unknown"));
  });

  test("stays for the conversation, shows its secrets to nobody, and ends with the session", async () => {
    const { upstream, fetch } = shared();
    const talk = converse(shared(), "greeting");
    upstream.clear();
    upstream.respondWith([call("greeter__echo"), text("One.")]);
    expect(await talk.turn()).toMatchObject({ results: [GREETED] });
    const serving = (await findProcesses(SECRET)).filter(isGreeter);
    upstream.respondWith([call("greeter__echo"), text("Two.")]);
    expect(await talk.turn()).toMatchObject({ results: [GREETED], placement: "hot" });
    if (!canFindProcesses) return;
    expect(serving).toHaveLength(1);
    expect((await findProcesses(SECRET)).filter(isGreeter)).toEqual(serving);
    await expectOffCommandLines(SECRET);
    expect(await (await fetch("/health")).text()).not.toContain(SECRET);
    expect(log.text).not.toContain(SECRET);

    await talk.evict();
    await waitForProcesses(SECRET, (found) => !found.some(isGreeter));
  });

  test("is there for a process that goes on with a client's result, by no command line", async () => {
    const { upstream, dataDir } = shared();
    const talk = converse(shared(), "greeting");
    const tools = [{ type: "function", function: { name: "ask_client", parameters: { type: "object" } } }];
    upstream.clear();
    upstream.respondWith([reply({ blocks: [toolUse("ask_client", {}, { id: "toolu_client" })] })]);
    const { message } = await talk.turn({ tools });
    expect(message.tool_calls).toMatchObject([{ id: "toolu_client" }]);
    await talk.evict();
    await waitForProcesses(SECRET, (found) => !found.some(isGreeter));

    upstream.respondWith(async ({ body }) => {
      await expectOffCommandLines(SECRET);
      return JSON.stringify(body.messages.at(-1)).includes("hi with") ? text("Done.") : call("greeter__echo");
    });
    const result = { role: "tool", tool_call_id: "toolu_client", content: "From the client." };
    const next = await talk.turn({ tools, messages: [result] });
    expect(next).toMatchObject({ results: [GREETED], message: { content: "Done." }, placement: "resumed" });
    expect(await readdir(join(dataDir, "transcripts"))).toEqual([]);
    expect(log.text).not.toContain(SECRET);
  });

  test("that crashes in a call is told, and comes back; the turn goes on", async () => {
    const { upstream } = shared();
    upstream.clear();
    upstream.respondWith([
      call("greeter__echo"),
      call("greeter__crash"),
      call("greeter__echo"),
      text("Done."),
    ]);
    const { message, results } = await converse(shared(), "greeting").turn();
    expect(message.content).toBe("Done.");
    expect(results).toEqual([GREETED, expect.stringMatching(/^failed: .*closed/i), GREETED]);
  });

  test("that does not start is told in the answer, log and health, and the turn goes on with the others", async () => {
    const { upstream, until, fetch } = shared();
    upstream.clear();
    upstream.respondWith([call("greeter__echo"), text("Without them, then.")]);
    const { message, results, ignored } = await converse(shared(), "failing").turn();
    expect([message.content, results]).toEqual(["Without them, then.", [GREETED]]);
    expect(ignored?.split(",").toSorted()).toEqual(["mcpServers.broken", "mcpServers.gone"]);
    expect(message.claude?.notices).toEqual(
      ["gone", "broken"].map((name) => ({
        code: "mcp_server_failed",
        message: expect.stringContaining(`'${name}'`) as string,
      })),
    );
    const names = toolNamesOf(await upstream.waitForRequest(1)).filter((name) => name.startsWith("mcp__"));
    expect(names).toEqual(["mcp__greeter__crash", "mcp__greeter__echo"]);
    for (const name of ["gone", "broken"]) {
      expect(log.text).toContain(`The MCP server '${name}' could not be started`);
    }
    const ready = await until(({ mcpServers }) => mcpServers.every(({ status }) => status !== "unknown"));
    expect(ready.status).toBe("ready");
    expect(await (await fetch("/health/ready")).json()).toMatchObject({
      mcpServers: expect.arrayContaining([
        expect.objectContaining({ name: "gone", status: "failed" }),
        expect.objectContaining({ name: "broken", status: "failed" }),
        expect.objectContaining({ name: "greeter", status: "connected", toolCount: 2 }),
      ]),
    });
  });

  test("that does not answer holds a turn up for as long as it may, and no longer", async () => {
    const { upstream } = shared();
    upstream.clear();
    upstream.respondWith(text("Without it, then."));
    const startedAt = performance.now();
    const { message } = await converse(shared(), "hanging").turn();
    expect(message.content).toBe("Without it, then.");
    expectWithin(performance.now() - startedAt, 6_000);
    expect(log.text).toContain("The MCP server 'mute' could not be started");
  });

  test.runIf(canFindProcesses)("may take ten seconds, where its profile does not say otherwise", async () => {
    shared().upstream.clear();
    shared().upstream.respondWith(text("Here."));
    await converse(shared(), "greeting").turn();
    const processes = (await findProcesses(join(shared().dataDir, ".."))).filter(isClaude);
    const environments = await Promise.all(
      processes.map(({ processId }) => readFile(`/proc/${processId}/environ`, "utf8")),
    );
    const limits = environments.map((each) => /(?:^|\0)MCP_TIMEOUT=(\d+)/.exec(each)?.[1]);
    expect(new Set(limits)).toContain("10000");
  });
});

test("a server over HTTP gets its secret headers, which nobody else sees", async () => {
  const secret = "a-header-that-nobody-may-read";
  const dice = await startMcpServer();
  const own = collectLog();
  const turnpike = await startTurnpike({
    logger: own.logger,
    environment: { DICE_SECRET: secret },
    configFile: {
      mcpServers: { dice: { url: dice.url, headers: { "X-Secret": "${DICE_SECRET}" } } },
      profiles: { playing: { mcpServers: ["dice"], allowedTools: ["mcp__dice__roll"] } },
    },
  });
  turnpike.upstream.respondWith([call("dice__roll", { sides: 6 }), text("A four.")]);
  const { results } = await converse(turnpike, "playing").turn();
  expect(results).toEqual(["completed: roll gave 4"]);
  expect([dice.calls, [...dice.secrets]]).toEqual([[{ name: "roll", input: { sides: 6 } }], [secret]]);
  await expectOffCommandLines(secret);
  expect(await (await turnpike.fetch("/health")).text()).not.toContain(secret);
  expect(own.text).not.toContain(secret);
});

describe("a request", () => {
  test("names a configured server, whose secrets stay the server's", async () => {
    const { upstream } = shared();
    upstream.clear();
    upstream.respondWith([call("greeter__echo"), text("Done.")]);
    const claude = { mcpServers: ["greeter"], allowedTools: ["mcp__greeter"] };
    expect(await converse(shared(), "claude-code").turn({ claude })).toMatchObject({ results: [GREETED] });
  });

  test("brings a server that fails: told in the log, and the turn goes on", async () => {
    const { upstream } = shared();
    upstream.clear();
    upstream.respondWith(text("Without it, then."));
    const claude = { mcpServers: { mine: { command: "no-such-program-at-all" } } };
    const { message } = await converse(shared(), "claude-code").turn({ claude });
    expect(message.content).toBe("Without it, then.");
    expect(log.text).toContain("The MCP server 'mine' could not be started");
  });

  test("goes on without a server that it named in the turn before", async () => {
    const { upstream } = shared();
    upstream.clear();
    upstream.respondWith([text("With it."), text("Without it.")]);
    const talk = converse(shared(), "claude-code");
    await talk.turn({ claude: { mcpServers: ["greeter"] } });
    expect(await talk.turn()).toMatchObject({ placement: "hot" });
    expect(toolNamesOf(await upstream.waitForRequest(1))).toContain("mcp__greeter__echo");
    expect(toolNamesOf(await upstream.waitForRequest(2))).not.toContain("mcp__greeter__echo");
  });

  test.each([
    ["none", { mcpServers: ["greeter"] }],
    ["configured", { mcpServers: { mine: { url: "http://127.0.0.1:9/mcp" } } }],
    ["remote", { mcpServers: { mine: { command: process.execPath, args: [STDIO_SERVER] } } }],
  ])("is refused what goes beyond '%s', by the setting's name", async (bound, claude) => {
    const turnpike = await startTurnpike({
      waitUntilReady: false,
      environment: { GREETING_SECRET: SECRET },
      flags: { "requests.mcpServers": bound },
      configFile: { mcpServers: { greeter } },
    });
    await expectError(await converse(turnpike, "claude-code").post({ claude }), {
      status: 403,
      type: "permission_error",
      code: "forbidden",
      param: "claude.mcpServers",
      message: /requests\.mcpServers/,
    });
    expect(turnpike.upstream.requests).toEqual([]);
  });
});
