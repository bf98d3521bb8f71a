import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { readTruth, type Truth, truthOfChanges } from "../workspaces/changes-folder.ts";
import {
  AGENT,
  bash,
  changesOf,
  changesOfConversation,
  chat,
  edit,
  folderIn,
  linesOf,
  run,
  type SeenChange,
  undo,
  without,
  work,
  write,
  wrongContents,
} from "./agent-work.ts";
import { expectError } from "./expect-error.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import type { Turnpike } from "./start-turnpike.ts";

const shared = shareTurnpike({ configFile: { profiles: { agent: AGENT } } });

const IGNORED = /(^|\/)build\/|\.log$/;

/** Files of every kind; those of the second part are not committed. */
const START = `
  mkdir -p src docs bin build
  printf 'build/\\n*.log\\n' > .gitignore
  for name in a b c d e f; do seq 1 20 | sed "s/^/$name line /" > src/$name.txt; done
  printf 'stashed\\n' > docs/stash.md; printf 'guide\\n' > docs/guide.md; printf 'old\\n' > docs/old.md
  printf '#!/bin/sh\\n' > bin/tool.sh; printf 'back\\n' > back.txt; printf '\\000\\001\\377' > image.bin`;
const DIRTY = `
  printf 'dirty\\n' >> src/d.txt; printf 'dirty\\n' >> src/e.txt; rm docs/old.md
  printf 'untracked\\n' > notes.txt; printf 'made before\\n' > build/out.js; printf 'before\\n' > before.log`;

const COMMIT =
  "git init -q -b main && git config user.name T && git config user.email t@example.com && git add -A && git commit -qm start";

/** What an agent does to them by its own tools and by commands. */
function labour(folder: string, script: string) {
  return work(
    [write(folder, "src/new.ts", "export const one = 1;\n"), write(folder, "notes.txt", "written anew\n")],
    edit(folder, "src/a.txt", "a line 7\n", "a line SEVEN\n"),
    edit(folder, "src/e.txt", "e line 1\n", "e line ONE\n"),
    [
      bash(`cd ${folder}
        sed -i 's/b line 3/b line THREE/' src/b.txt && mv src/c.txt src/moved.txt && rm docs/guide.md
        mkdir -p deep/er && printf '1\\n' > deep/er/one.txt && printf '2\\n' > 'deep/er/ü two.txt'
        chmod +x bin/tool.sh && ln -s src/a.txt link && printf '\\000\\377\\376' > made.bin && printf '\\002' >> image.bin
        printf 'x' >> back.txt && printf 'back\\n' > back.txt
        printf 'short\\n' > shortlived.txt && rm shortlived.txt
        printf 'log\\n' >> before.log && printf 'new\\n' > new.log && printf 'made again\\n' > build/out.js`),
    ],
    [bash(`cd ${folder}\n${script}`)],
  );
}

const GIT_WORK = `
  git checkout -q src/d.txt
  git mv src/f.txt docs/f.txt
  git add docs/f.txt deep && git commit -qm more
  printf 'changed\\n' > docs/stash.md && git stash push -q docs/stash.md
  git checkout -q -b other`;
const PLAIN_WORK = `
  sed -i '$d' src/d.txt && mv src/f.txt docs/f.txt
  printf 'changed\\n' > docs/stash.md && printf 'stashed\\n' > docs/stash.md`;

const KINDS = [
  { kind: "a git repository", start: `${START}\n${COMMIT}\n${DIRTY}`, script: GIT_WORK, below: "" },
  {
    kind: "a folder of a git repository",
    start: `mkdir -p sub && (cd sub\n${START})\n${COMMIT}\n(cd sub\n${DIRTY})`,
    script: GIT_WORK,
    below: "sub",
  },
  { kind: "a plain folder", start: `${START}\n${DIRTY}`, script: PLAIN_WORK, below: "" },
];

/** Each has a folder of its own. */
let folderCount = 0;
function newFolder(turnpike: Turnpike, start = ""): string {
  const folder = folderIn(turnpike, `folder-${(folderCount += 1)}`);
  run(folder, start);
  return folder;
}

const seen = (folder: string): Truth => without(readTruth(folder), IGNORED);

describe.each(KINDS)("all that Write, Edit and commands do in $kind", ({ start, script, below }) => {
  test("is told, is on record, can be had, and is taken back by an undo", async () => {
    const turnpike = shared();
    const folder = join(newFolder(turnpike, start), below);
    const before = seen(folder);
    turnpike.upstream.clear();
    turnpike.upstream.respondWith(labour(folder, script));

    const { id, conversation, changes = [] } = await chat(turnpike, folder);

    const expected = truthOfChanges(before, seen(folder));
    expect(expected).toContain("changed src/d.txt");
    expect(expected.length).toBe(17);
    expect(linesOf(changes)).toEqual(expected);
    expect(changes.filter(({ type }) => type === "renamed").map(({ path }) => path)).toEqual([
      "docs/f.txt",
      "src/moved.txt",
    ]);
    expect(await wrongContents(turnpike, folder, changes)).toEqual([]);
    const withoutDiff = changes.filter(({ diff }) => diff === undefined).map(({ path }) => path);
    expect(withoutDiff).toEqual(["image.bin", "made.bin"]);

    const recorded = await changesOf(turnpike, id);
    expect(recorded).toMatchObject({ is_complete: true, undone_at: null, changes });
    expect(await changesOf(turnpike, recorded.turn_id)).toEqual(recorded);
    expect(await changesOfConversation(turnpike, conversation)).toEqual([recorded]);

    expect((await undo(turnpike, id)).status).toBe(200);
    expect(seen(folder)).toEqual(before);
    expect((await undo(turnpike, id)).status).toBe(409);
  });
});
