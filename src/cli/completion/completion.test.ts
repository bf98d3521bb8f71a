import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { FakeContext } from "../../../test/cli/fake-context.ts";
import { SETTINGS } from "../../config/schema/config-schema.ts";
import { CLIENTS } from "../connect/clients.ts";
import { createProgram } from "../program.ts";
import { runProgram } from "../turnpike.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "turnpike-"));
  for (const shell of SHELLS) {
    const fake = new FakeContext(folder);
    expect(await runProgram(["completion", shell], fake.context)).toBe(0);
    writeFileSync(join(folder, shell), `${fake.printed.join("\n")}\n`);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const isInstalled = (shell: Shell) => spawnSync(shell, ["-c", "exit 0"]).status === 0;

/** What the real shell offers for the last word. */
function complete(shell: Shell, words: readonly string[]): readonly string[] {
  const script = join(folder, shell);
  const quoted = words.map((word) => `'${word}'`).join(" ");
  const commands = {
    bash: `source ${script}; COMP_WORDS=(turnpike ${quoted}); COMP_CWORD=${words.length}; _turnpike; printf '%s\\n' "\${COMPREPLY[@]}"`,
    // It completes for real only in a terminal: what it would be given is caught.
    zsh: `compdef() { : }; _describe() { local name=$2; print -l -- "\${(@P)name%%:*}" }; compadd() { shift; print -l -- "$@" }; _files() { print -- "files$1" }; compset() { : }; source ${script}; words=(turnpike ${quoted}); CURRENT=${words.length + 1}; _turnpike`,
    fish: `source ${script}; complete --do-complete 'turnpike ${words.join(" ")}'`,
  };
  const output = execFileSync(shell, ["-c", commands[shell]], { encoding: "utf8", cwd: folder });
  const last = words.at(-1) ?? "";
  const found = output.split("\n").map((line) => line.split("\t")[0]?.trim() ?? "");
  return found.filter(
    (line) => line !== "" && (shell !== "zsh" || line.startsWith(last) || line.startsWith("files")),
  );
}

const program = createProgram(new FakeContext("/").context, () => {});

for (const shell of SHELLS) {
  describe.skipIf(!process.env["CI"] && !isInstalled(shell))(shell, () => {
    test("every command, and those that begin so", () => {
      expect(complete(shell, [""])).toEqual(
        expect.arrayContaining(program.commands.map((one) => one.name())),
      );
      expect(complete(shell, ["com"])).toEqual(["completion"]);
      expect(complete(shell, ["config", ""])).toContain("show");
    });

    test("every flag of a command, and of the one that needs no name", () => {
      const flags = SETTINGS.map(({ flagName }) => flagName);
      expect(complete(shell, ["serve", "--"])).toEqual(expect.arrayContaining(flags));
      expect(complete(shell, ["--"])).toEqual(expect.arrayContaining(flags));
      expect(complete(shell, ["connect", "--"])).toEqual(
        expect.arrayContaining(["--url", "--yes", "--print"]),
      );
      expect(complete(shell, ["connect", "--"])).not.toContain("--max-sessions");
      expect(complete(shell, ["config", "show", "--js"])).toEqual(["--json"]);
    });

    test("the names of clients and shells", () => {
      expect(complete(shell, ["connect", ""])).toEqual(
        expect.arrayContaining(CLIENTS.map(({ name }) => name)),
      );
      expect(complete(shell, ["connect", "--yes", "open"]).toSorted()).toEqual(["open-webui", "opencode"]);
      expect(complete(shell, ["completion", "z"])).toEqual(["zsh"]);
    });

    test("values: files, nothing that nobody can guess", () => {
      const files = complete(shell, ["serve", "--config", ""]);
      expect(files).toEqual(shell === "zsh" ? ["files"] : expect.arrayContaining([...SHELLS]));
      expect(complete(shell, ["connect", "--key", "con"])).toEqual([]);
    });

    test.each([
      [
        ["serve", "--engine", ""],
        ["cli", "sdk"],
      ],
      [
        ["--log-level", ""],
        ["debug", "error", "info", "none", "trace"],
      ],
      [
        ["start", "--workers", ""],
        ["no", "yes"],
      ],
      [
        ["serve", "--request-log", "o"],
        ["off", "on"],
      ],
      [["serve", "--request-permission-mode", "pl"], ["plan"]],
      [
        ["usage", "--by", "mo"],
        ["model", "month"],
      ],
      [
        ["requests", "export", "--format", ""],
        ["csv", "ndjson"],
      ],
      [["requests", "list", "--placement", "h"], ["hot"]],
      [
        ["channel", "--transport", ""],
        ["auto", "channel", "inbox"],
      ],
      [["channel", "install", "--transport", "i"], ["inbox"]],
      [["help", "ke"], ["keys"]],
    ])("the values that are fixed: %j", (words, values) => {
      expect(complete(shell, words).toSorted()).toEqual(values);
    });

    test("channel install has the flags of channel, too", () => {
      expect(complete(shell, ["channel", "install", "--"])).toEqual(
        expect.arrayContaining(["--into", "--json", "--port", "--transport", "--data-dir"]),
      );
    });
  });
}

test("bash completes behind an equals sign too", () => {
  const script = join(folder, "bash");
  const typed = `COMP_WORDS=(turnpike serve --config = ba); COMP_CWORD=4`;
  const output = execFileSync(
    "bash",
    ["-c", `source ${script}; ${typed}; _turnpike; echo "\${COMPREPLY[@]}"`],
    {
      encoding: "utf8",
      cwd: folder,
    },
  );
  expect(output).toBe("bash\n");
});
