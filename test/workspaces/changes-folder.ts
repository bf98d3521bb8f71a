import { execFileSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import type { KeptFileChange } from "../../src/core/ports/workspace-snapshots.ts";

/** A folder for one test, with what its tests need to know of it by other means than the code under test. */
export interface TestFolder extends Disposable {
  /** Absolute real path. */
  readonly path: string;
  write(path: string, content: string | Uint8Array, mode?: number): void;
  /** Runs a script in a shell there, and returns what it prints. */
  run(script: string): string;
}

export type TruthOfFile = { readonly content: string; readonly mode: number };
/** Each file's content and mode, by path. */
export type Truth = ReadonlyMap<string, TruthOfFile>;

export function makeFolder(name = "workspace"): TestFolder {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "changes-")));
  const path = join(root, name);
  mkdirSync(path);
  return {
    path,
    write(file, content, mode) {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      writeFileSync(join(path, file), content);
      if (mode !== undefined) chmodSync(join(path, file), mode);
    },
    run: (script) => runIn(path, script),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** With one commit of all that is in it. */
export function makeRepository(folder: TestFolder): void {
  folder.run("git init -q -b main && git add -A && git commit -q --allow-empty -m start");
}

export function runIn(folder: string, script: string): string {
  return execFileSync("sh", ["-ec", script], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH,
      HOME: "/nonexistent",
      GIT_CONFIG_NOSYSTEM: "1",
      // No work in the background that would go on in a folder which is removed.
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "gc.auto",
      GIT_CONFIG_VALUE_0: "0",
      GIT_AUTHOR_NAME: "Author",
      GIT_AUTHOR_EMAIL: "author@example.com",
      GIT_COMMITTER_NAME: "Author",
      GIT_COMMITTER_EMAIL: "author@example.com",
    },
  });
}

/** Reads every file of the folder, without what is git's own. */
export function readTruth(folder: string): Truth {
  const truth = new Map<string, TruthOfFile>();
  const walk = (prefix: string) => {
    for (const entry of readdirSync(join(folder, prefix), { withFileTypes: true })) {
      const path = prefix + entry.name;
      const whole = join(folder, path);
      if (entry.isDirectory() && entry.name !== ".git") walk(`${path}/`);
      if (entry.isFile())
        truth.set(path, { content: readFileSync(whole, "latin1"), mode: lstatSync(whole).mode });
      if (entry.isSymbolicLink())
        truth.set(path, { content: readlinkSync(whole), mode: lstatSync(whole).mode });
    }
  };
  walk("");
  return truth;
}

/** What is different, one line each; a renamed file counts as gone here and new there. */
export function truthOfChanges(before: Truth, after: Truth): string[] {
  const changes: string[] = [];
  for (const [path, file] of before) {
    const now = after.get(path);
    if (!now) changes.push(`deleted ${path}`);
    else if (now.content !== file.content || now.mode !== file.mode) changes.push(`changed ${path}`);
  }
  for (const path of after.keys()) if (!before.has(path)) changes.push(`created ${path}`);
  return changes.sort();
}

export function withoutRenames(changes: readonly KeptFileChange[]): string[] {
  return changes
    .flatMap(({ type, path, previousPath }) =>
      type === "renamed" ? [`deleted ${previousPath}`, `created ${path}`] : [`${type} ${path}`],
    )
    .sort();
}

/** One line for each change. */
export function summarize(changes: readonly KeptFileChange[]): string[] {
  return changes.map(({ type, path, previousPath }) =>
    previousPath === undefined ? `${type} ${path}` : `${type} ${previousPath} -> ${path}`,
  );
}

export function text(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString("latin1");
}
