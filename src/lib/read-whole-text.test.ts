import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { readWholeText } from "./read-whole-text.ts";

test.skipIf(process.platform === "win32")(
  "files, written pipes and devices are read; none is waited for",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "turnpike-text-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const [file, pipe] = [join(folder, "file"), join(folder, "pipe")];
    writeFileSync(file, "père");
    execFileSync("mkfifo", [pipe]);
    expect(readWholeText(file)).toBe("père");
    expect(readWholeText("/dev/null")).toBe("");
    expect(() => readWholeText(pipe)).toThrow("is a pipe that nobody writes into");
    expect(() => readWholeText("/dev/zero")).toThrow("does not end");
    expect(() => readWholeText(folder)).toThrow("EISDIR");

    // More than a pipe holds, slowly: it is opened for both, so that its reader is not waited for.
    const large = "x".repeat(200_000);
    const script = `exec 3<>"$0"; printf %s "$1" >&3; sleep 0.1; printf end >&3`;
    const writer = spawn("sh", ["-c", script, pipe, large.slice(0, 100_000)], { stdio: "ignore" });
    onTestFinished(() => void writer.kill());
    for (;;) {
      try {
        expect(readWholeText(pipe)).toBe(`${large.slice(0, 100_000)}end`);
        return;
      } catch (error) {
        // The writer has not opened it yet.
        if (!String(error).includes("nobody writes")) throw error;
      }
    }
  },
);
