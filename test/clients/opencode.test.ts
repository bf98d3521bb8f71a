import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { textBlock, toolUse } from "../../src/demo/build-reply.ts";
import { API_KEY, makeFolder, startTurnpike } from "../integration/start-turnpike.ts";
import { connectClient } from "./connect-client.ts";
import { describeProgram } from "./describe-program.ts";
import { listConversations } from "./list-conversations.ts";
import { opencodeEnvironment } from "./opencode-environment.ts";
import { playRounds } from "./play-rounds.ts";
import { runProgram } from "./run-program.ts";
import { startDeadEnd } from "./start-dead-end.ts";
import { toolRoundsOf } from "./tool-rounds.ts";

describeProgram("opencode", ({ command, args: prefix }) => {
  test("writes, reads, changes and shows a file", { timeout: 240_000 }, async () => {
    const turnpike = await startTurnpike();
    const internet = await startDeadEnd();
    const [home, folder] = [await makeFolder(), await makeFolder()];
    const file = join(folder, "notes.txt");
    await writeFile(join(folder, "opencode.json"), JSON.stringify(PROJECT));
    await connectClient("opencode", { url: turnpike.url, apiKey: API_KEY, home });
    turnpike.upstream.respondWith(
      playRounds(
        [
          [textBlock("I write it."), toolUse("write", { filePath: file, content: "alpha\n" })],
          [toolUse("read", { filePath: file })],
          [toolUse("edit", { filePath: file, oldString: "alpha", newString: "omega" })],
          [toolUse("bash", { command: "cat notes.txt", description: "Shows the file" })],
        ],
        "The notes are written.",
      ),
    );

    const environment = opencodeEnvironment(home, internet);
    const run = (args: readonly string[], input: string) =>
      runProgram(command, [...prefix, "run", "--print-logs", ...args], { folder, environment, input });

    const end = await run([], "Make notes.");
    expect(end, end.stderr).toMatchObject({ code: 0, signal: null });
    expect(end.stdout).toContain("The notes are written.");
    expect(await readFile(file, "utf8")).toBe("omega\n");
    expect(internet.attempts).toEqual([]);

    const last = turnpike.upstream.requests.findLast((request) => toolRoundsOf(request).length === 4);
    expect(last && toolRoundsOf(last)).toEqual([
      [
        {
          name: "write",
          input: { filePath: file, content: "alpha\n" },
          output: expect.stringContaining("Wrote"),
        },
      ],
      [{ name: "read", input: { filePath: file }, output: expect.stringContaining("alpha") }],
      [{ name: "edit", input: expect.anything(), output: expect.stringContaining("applied") }],
      [{ name: "bash", input: expect.anything(), output: "omega\n" }],
    ]);
    // It asks for a title besides.
    const conversations = await listConversations(turnpike);
    const turnCounts = conversations.map(({ placements }) => placements.length);
    expect(turnCounts.toSorted((left, right) => left - right)).toEqual([1, 5]);
    const main = conversations.find(({ placements }) => placements.length === 5);
    expect(main?.placements.slice(1)).toEqual(["hot", "hot", "hot", "hot"]);

    // A new process of the client goes on where the last one ended.
    turnpike.upstream.respondWith(playRounds([], "They say omega."));
    const next = await run(["--continue"], "What do they say?");
    expect(next, next.stderr).toMatchObject({ code: 0, signal: null });
    expect(next.stdout).toContain("They say omega.");
    const continued = (await listConversations(turnpike)).find(({ placements }) => placements.length > 1);
    expect(continued?.placements.slice(1)).toEqual(["hot", "hot", "hot", "hot", "hot"]);
  });
});

/** What a project adds to the person's settings. */
const PROJECT = { share: "disabled", permission: { edit: "allow", bash: "allow", webfetch: "deny" } };
