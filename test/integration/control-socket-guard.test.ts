import { once } from "node:events";
import { mkdir, readdir, readlink, writeFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import { text as readText } from "node:stream/consumers";
import { dirname, join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { findPrivatePaths } from "../../src/compose/private-paths.ts";
import { controlFile } from "../../src/config/data-folder/control-address.ts";
import { ask } from "./ask.ts";
import { collectLog } from "./collect-log.ts";
import { makeFolder, startTurnpike } from "./start-turnpike.ts";

const bash = (command: string) => toolUse("Bash", { command, description: "Look" });

const STATUS = "http://localhost/admin/api/status";
const CONTROL = "control-inside";

/** Programs that open the socket that is named like this in the shell. */
const WAYS_IN = [
  (socket: string) => `curl -s --unix-socket ${socket} ${STATUS}`,
  (socket: string) =>
    `'${process.execPath}' -e 'require("http").get({ socketPath: process.argv[1], path: "/admin/api/status", agent: false }, (answer) => answer.pipe(process.stdout))' ${socket}`,
];

/** What a person at the machine gets over a socket. */
async function askOver(socketPath: string): Promise<string> {
  const asked = request({ socketPath, path: "/admin/api/status" }).end();
  // Proof: the argument of a request's event "response".
  const [response] = (await once(asked, "response")) as [Parameters<typeof readText>[0]];
  return readText(response);
}

test.skipIf(process.platform === "win32")(
  "a socket that lies outside of the data folder is out of reach of every tool, though a rule allows them all",
  { timeout: 240_000 },
  async () => {
    const root = await makeFolder();
    const [workspace, runtime] = [join(root, "ws"), join(root, "run")];
    for (const folder of [workspace, runtime]) await mkdir(folder);
    // No socket can have so long an address.
    const dataDir = join(root, "d".repeat(60), "d".repeat(60));
    const log = collectLog();
    const turnpike = await startTurnpike({
      dataDir,
      flags: { workspace },
      configFile: {
        profiles: { agent: { permissionMode: "dontAsk", allowedTools: ["Read", "Write", "Grep", "Bash"] } },
      },
      environment: { XDG_RUNTIME_DIR: runtime },
      logger: log.logger,
    });
    const link = controlFile(dataDir);
    const socket = await readlink(link);
    const place = dirname(socket);
    expect(place.startsWith(runtime)).toBe(true);
    expect(await askOver(socket)).toContain('"started_at"');

    // The same is possible with a socket of the workspace's own.
    const own = createServer((_, response) => response.end(CONTROL));
    await once(own.listen(join(workspace, "own.sock")), "listening");
    onTestFinished(() => void own.close());

    await writeFile(join(workspace, "notes.txt"), "");
    const names = [
      socket,
      link,
      `"$(readlink ${link})"`,
      `${runtime}/*/*.sock`,
      `${place.slice(0, -2)}*/*.sock`,
      `../run/*/*.sock`,
    ];
    const tries = [
      ...names.flatMap((name) => WAYS_IN.map((open) => bash(open(name)))),
      ...WAYS_IN.map((open) => bash(`cd ${place} && ${open("*.sock")}`)),
      ...WAYS_IN.map((open) => bash(`cd ../run/*/ && ${open("*.sock")}`)),
      bash(`ln -s ${place} here; ${WAYS_IN[0]?.("here/*.sock")}`),
      bash(`ls -la ${place}`),
      bash(`rm -f ${socket}`),
      bash(`mv ${place} ${join(workspace, "taken")}`),
      toolUse("Read", { file_path: socket }),
      toolUse("Grep", { pattern: "x", path: place }),
      toolUse("Write", { file_path: join(place, "new"), content: "x" }),
      ...WAYS_IN.map((open) => bash(open("own.sock"))),
    ];
    const before = adminRequests(log.text);
    turnpike.upstream.respondWith([...tries.map((call) => reply({ blocks: [call] })), text("Done.")]);
    expect((await ask(turnpike, "Look around.", { model: "agent" })).text).toContain("Done.");
    const results = (turnpike.upstream.requests.at(-1)?.body.messages ?? []).flatMap(({ content }) =>
      typeof content === "string" ? [] : content.filter(({ type }) => type === "tool_result"),
    );
    const told = results.map(({ content }) => JSON.stringify(content));
    expect(told).toHaveLength(tries.length);
    expect(told.slice(-WAYS_IN.length).filter((each) => each.includes(CONTROL))).toHaveLength(WAYS_IN.length);
    const reached = tries.filter((_, index) =>
      /started_at|\.sock\b.*\bsocket\b|srwx/.test(told[index] ?? ""),
    );
    expect(reached.map((call) => JSON.stringify(call))).toEqual([]);
    expect(adminRequests(log.text)).toBe(before);
    // And what the server has made in its data folder is private, each by its name, but for the folders of conversations.
    const { privatePaths } = await findPrivatePaths({ dataDir, log: { level: "info", prompts: false } }, {});
    const made = (await readdir(dataDir)).filter((name) => name !== "workspaces");
    expect(made).toContain("turnpike.db");
    expect(made.filter((name) => !privatePaths.includes(join(dataDir, name)))).toEqual([]);
    // It is still there, and where it was.
    expect(await readlink(link)).toBe(socket);
    expect(await askOver(socket)).toContain('"started_at"');
  },
);

function adminRequests(log: string): number {
  return log.split("\n").filter((line) => line.includes('"path":"/admin/')).length;
}
