import { execFileSync } from "node:child_process";

import { expect, test } from "vitest";

import { quoteForShell } from "./quote-for-shell.ts";

test("plain paths stay readable", () => {
  expect(quoteForShell("/home/ada/.local/share/turnpike/api-key")).toBe(
    "/home/ada/.local/share/turnpike/api-key",
  );
});

test.skipIf(process.platform === "win32").each(["a b", "it's", "$HOME", "`x`", '"', "a\\b", "ä;*?"])(
  "a shell reads %j back",
  (word) => {
    const read = execFileSync("/bin/sh", ["-c", `printf %s ${quoteForShell(word)}`], { encoding: "utf8" });
    expect(read).toBe(word);
  },
);
