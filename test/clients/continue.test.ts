import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { textBlock, toolUse } from "../../src/demo/build-reply.ts";
import { API_KEY, makeFolder, startTurnpike } from "../integration/start-turnpike.ts";
import { connectClient } from "./connect-client.ts";
import { describeProgram } from "./describe-program.ts";
import { listConversations } from "./list-conversations.ts";
import { playRounds } from "./play-rounds.ts";
import { runProgram } from "./run-program.ts";
import { startDeadEnd } from "./start-dead-end.ts";
import { toolRoundsOf } from "./tool-rounds.ts";

describeProgram("continue", ({ command, args }) => {
  test("writes, reads, changes and shows a file", { timeout: 240_000 }, async () => {
    const turnpike = await startTurnpike();
    const internet = await startDeadEnd();
    const [home, folder] = [await makeFolder(), await makeFolder()];
    await connectClient("continue", { url: turnpike.url, apiKey: API_KEY, home });
    turnpike.upstream.respondWith(
      playRounds(
        [
          [textBlock("I write it."), toolUse("Write", { filepath: "notes.txt", content: "alpha\n" })],
          [toolUse("Read", { filepath: "notes.txt" })],
          [toolUse("Edit", { file_path: "notes.txt", old_string: "alpha", new_string: "omega" })],
          [toolUse("Bash", { command: "cat notes.txt" })],
        ],
        "The notes are written.",
      ),
    );

    const end = await runProgram(command, [...args, "-p", "--auto", "Make notes."], {
      folder,
      environment: {
        HOME: home,
        CONTINUE_TELEMETRY_ENABLED: "0",
        // It asks its maker's server about the account even without one.
        CONTINUE_API_BASE: internet.url,
        ...internet.environment,
      },
    });

    expect(end, end.stderr).toMatchObject({ code: 0, signal: null });
    expect(end.stdout).toContain("The notes are written.");
    expect(await readFile(join(folder, "notes.txt"), "utf8")).toBe("omega\n");
    expect(internet.attempts).toEqual([]);

    const last = turnpike.upstream.requests.at(-1);
    expect(last && toolRoundsOf(last)).toEqual([
      [
        {
          name: "Write",
          input: { filepath: "notes.txt", content: "alpha\n" },
          output: expect.stringContaining("created"),
        },
      ],
      [{ name: "Read", input: { filepath: "notes.txt" }, output: expect.stringContaining("alpha") }],
      [{ name: "Edit", input: expect.anything(), output: expect.stringContaining("edited") }],
      [{ name: "Bash", input: expect.anything(), output: "omega\n" }],
    ]);
    expect(await listConversations(turnpike)).toMatchObject([
      { placements: [expect.any(String), "hot", "hot", "hot", "hot"] },
    ]);
  });
});
