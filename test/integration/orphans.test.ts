import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { canFindProcesses, isSleep, waitForProcesses } from "./find-processes.ts";
import { serveTurnpike } from "./run-turnpike.ts";
import { makeFolder } from "./start-turnpike.ts";

/** A finished command has left this behind: it is in a session of its own, and does not end when it is asked to. */
const LEAVE = `nohup setsid bash -c 'trap "" TERM HUP; while true; do sleep 1000; done' >/dev/null 2>&1 & echo started`;
const RUN = "setsid sleep 1000";

function bash(command: string) {
  return reply({ blocks: [toolUse("Bash", { command, description: "Run it" })] });
}

/** A server with one finished command that has left something behind, and one that runs. */
async function startWithCommands() {
  const upstream = await startUpstream();
  const folder = await makeFolder();
  await mkdir(join(folder, "data"));
  const configFile = { profiles: { default: { allowedTools: ["Bash"] } } };
  await writeFile(join(folder, "data", "config.yaml"), JSON.stringify(configFile));
  const server = await serveTurnpike({ folder, upstream, flags: ["--drain", "100ms"] });
  const ask = (content: string) =>
    server.ask(
      { model: "claude-code", messages: [{ role: "user", content }] },
      { "x-conversation-id": content },
    );

  upstream.respondWith([bash(LEAVE), text("Started.")]);
  expect(await (await ask("leave")).text()).toContain("Started.");
  upstream.respondWith(bash(RUN));
  const running = ask("run")
    .then((response) => response.text())
    .catch(() => "cut");
  await waitForProcesses(folder, (found) => found.filter(isSleep).length === 2);
  return { folder, server, running };
}

describe.runIf(canFindProcesses)("what Claude Code's commands have started", () => {
  test("ends with a server that is killed", async () => {
    const { folder, server, running } = await startWithCommands();
    server.kill("SIGKILL");
    await server.finished;
    await running;
    await waitForProcesses(folder, (found) => found.length === 0);
  });

  test("ends before a server that is told to stop", async () => {
    const { folder, server, running } = await startWithCommands();
    server.kill("SIGTERM");
    // The server itself waits for it; only its guardian may take a moment longer.
    await running;
    await server.finished;
    await waitForProcesses(folder, (found) => found.length === 0, 1_000);
  });
});
