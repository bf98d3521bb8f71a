import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { textBlock, toolUse } from "../../../src/demo/build-reply.ts";
import type { Block } from "../../../src/demo/reply.ts";
import type { SeenCall } from "../tool-rounds.ts";

const run = promisify(execFile);

/** What the model is told of a file that was changed. */
export const PATCHED = "Patched.";

const CALLS: readonly { name: string; input: Readonly<Record<string, unknown>>; output: string }[][] = [
  [
    {
      name: "apply_patch",
      input: { type: "create_file", path: "notes.txt", diff: "+alpha\n+βeta 🌤\n" },
      output: PATCHED,
    },
  ],
  [
    { name: "shell", input: { commands: ["cat notes.txt"] }, output: "alpha" },
    { name: "shell", input: { commands: ["echo one", "echo two"] }, output: "two" },
  ],
  [
    {
      name: "apply_patch",
      input: { type: "update_file", path: "notes.txt", diff: "@@\n-alpha\n+omega\n βeta 🌤\n" },
      output: PATCHED,
    },
  ],
  [{ name: "shell", input: { commands: ["cat notes.txt"] }, output: "omega" }],
];

/** Rounds with OpenAI's own tools that the client runs: a shell and patches. */
export function localRounds(): Block[][] {
  return CALLS.map((calls, round) => [
    ...(round === 0 ? [textBlock("I write it.")] : []),
    ...calls.map(({ name, input }) => toolUse(name, input)),
  ]);
}

/** Checks that these rounds are in the model's history: its own calls, word by word, each with what the client gave. */
export function isLocalHistory(rounds: readonly (readonly SeenCall[])[]): boolean {
  return (
    rounds.length === CALLS.length &&
    CALLS.every((calls, round) =>
      calls.every((call, index) => {
        const seen = rounds[round]?.[index];
        const isSame = seen?.name === call.name && JSON.stringify(seen.input) === JSON.stringify(call.input);
        return isSame && seen.output.includes(call.output);
      }),
    )
  );
}

/** Runs shell commands as a client does. */
export function runCommands(commands: readonly string[], folder: string) {
  return Promise.all(
    commands.map(async (command) => ({
      ...(await run("sh", ["-c", command], { cwd: folder })),
      outcome: { type: "exit" as const, exitCode: 0 },
    })),
  );
}
