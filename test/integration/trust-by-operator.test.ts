import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { startUpstream } from "../upstream/start-upstream.ts";
import { user } from "./ask.ts";
import { type PlantedFolder, plantSettings, startLure } from "./plant-settings.ts";
import { canOpenTerminal, serveOnTerminal, TerminalTurnpike } from "./run-on-terminal.ts";
import { runTurnpike } from "./run-turnpike.ts";
import { API_KEY, makeFolder } from "./start-turnpike.ts";

const HELLO = { model: "claude-code", messages: [user("Hello.")] };

/** A workspace full of what Claude Code could run, in the folder that is also HOME. */
async function plantWorkspace(): Promise<PlantedFolder & { readonly folder: string }> {
  const folder = await makeFolder();
  const planted = { root: join(folder, "workspace"), marks: join(folder, "marks"), lure: await startLure() };
  await mkdir(planted.root);
  await plantSettings(planted);
  return { ...planted, folder };
}

const hasRun = ({ marks }: PlantedFolder) => existsSync(join(marks, "project-hook-UserPromptSubmit"));

describe.skipIf(!canOpenTerminal)("on a terminal", () => {
  test("a start asks once whether the folder is trusted, and yes counts for the first turn", async () => {
    const planted = await plantWorkspace();
    const options = { folder: planted.folder, upstream: await startUpstream() };
    const environment = { TURNPIKE_API_KEY: API_KEY };
    const first = new TerminalTurnpike([], { ...options, environment });
    await first.untilShows(/workspace has settings of its own \(\.claude, \.mcp\.json\)[^]*Do you trust/);
    expect(first.screen).not.toContain("Base URL");
    first.type("y");
    await first.untilShows(/Claude Code is ready/);
    expect(first.screen).not.toContain("are not used");
    expect((await first.ask(HELLO)).status).toBe(200);
    expect(hasRun(planted)).toBe(true);
    await first.stop();
    const second = await serveOnTerminal(options);
    expect(second.screen).not.toContain("Do you trust");
  }, 240_000);

  test("no is what Enter says; the folder is served without its settings, and asked about no more", async () => {
    const planted = await plantWorkspace();
    const options = { folder: planted.folder, upstream: await startUpstream() };
    const first = new TerminalTurnpike([], { ...options, environment: { TURNPIKE_API_KEY: API_KEY } });
    await first.untilShows(/Do you trust/);
    first.type("");
    await first.untilShows(/\(\.claude, \.mcp\.json\) are not used/);
    await first.untilShows(/Claude Code is ready/);
    expect((await first.ask(HELLO)).status).toBe(200);
    await first.stop();
    const second = await serveOnTerminal(options);
    expect(second.screen).not.toContain("Do you trust");
    expect(second.screen).toContain("are not used");
    expect(hasRun(planted)).toBe(false);
  }, 240_000);
});

test("without a terminal nothing waits; the command that is printed trusts the folder while the server runs", async () => {
  const planted = await plantWorkspace();
  const { folder } = planted;
  const environment = { TURNPIKE_API_KEYS: API_KEY };
  const options = { folder, upstream: await startUpstream(), environment };
  const server = runTurnpike(["--port", "0"], options);
  await server.untilSays(/Claude Code is ready/);
  const [, url = ""] = await server.untilSays(/Base URL +(http:\S+)\/v1/);
  const ask = () =>
    fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${API_KEY}` },
      body: JSON.stringify(HELLO),
    });
  expect([(await ask()).status, hasRun(planted)]).toEqual([200, false]);
  const [, printed = ""] = /^ +turnpike (trust .+)$/m.exec(server.stdout) ?? [];
  const command = runTurnpike(printed.split(" "), options);
  expect(await command.finished).toMatchObject({ code: 0 });
  expect([(await ask()).status, hasRun(planted)]).toEqual([200, true]);
  const list = await readFile(join(folder, "data/trusted-folders.json"), "utf8");
  expect(JSON.parse(list)).toEqual({ trusted: [planted.root], declined: [] });
  expect(await runTurnpike(["trust", "--remove", planted.root], options).finished).toMatchObject({ code: 0 });
  server.kill("SIGTERM");
  await server.finished;
}, 240_000);
