import { expect, test } from "vitest";

import { readCommandResult } from "./command-result.ts";

const END = { isError: false, output: "" };

test.each([
  ["a command that worked", { details: { stdout: "out", stderr: "warning" } }, "out", "warning", exit(0)],
  ["one without an account", { output: "out" }, "out", "", exit(0)],
  ["one that failed", { isError: true, output: "Exit code 2\nno such file" }, "", "no such file", exit(2)],
  ["one that failed in silence", { isError: true, output: "Exit code 1" }, "", "", exit(1)],
  [
    "one that was not run",
    { isError: true, output: "Permission denied." },
    "",
    "Permission denied.",
    exit(1),
  ],
  ["one that was stopped", { details: { stdout: "o", stderr: "", interrupted: true } }, "o", "", exit(1)],
  [
    "one that took too long",
    { isError: true, output: "Command timed out after 2s" },
    "",
    "Command timed out after 2s",
    { type: "timeout" },
  ],
  [
    "one that took too long and has an account",
    { details: { stdout: "so far", stderr: "", timedOutAfterMs: 1000 } },
    "so far",
    "",
    { type: "timeout" },
  ],
])("%s", (_, end, stdout, stderr, outcome) => {
  expect(readCommandResult({ ...END, ...end })).toEqual({ type: "command", stdout, stderr, outcome });
});

function exit(code: number) {
  return { type: "exit", exitCode: code };
}
