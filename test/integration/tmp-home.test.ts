import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "vitest";
import { AGENT, bash, chat, work } from "./agent-work.ts";
import { makeFolder, startTurnpike } from "./start-turnpike.ts";
test("home", async () => {
  const home = await makeFolder();
  const turnpike = await startTurnpike({ dataDir: join(home, "data"), flags: { workspace: home }, environment: { HOME: home, CLAUDE_CONFIG_DIR: undefined }, configFile: { profiles: { agent: AGENT } } });
  turnpike.upstream.respondWith(work([bash(`cd ${home} && echo x > made.txt`)]));
  const { changes } = await chat(turnpike, home);
  console.log(JSON.stringify(changes?.map(({ type, path }) => [type, path])));
  console.log(execFileSync("find", [home, "-type", "f", "-o", "-type", "l"], { encoding: "utf8" }).replaceAll(home, ""));
}, 120_000);
