import * as fc from "fast-check";

import type { TestFolder } from "./changes-folder.ts";

/** Shell commands on few names, so that they often meet the same files. Each may fail, as an agent's commands do. */
const NAMES = [
  "a.txt",
  "b.txt",
  "dir/c.txt",
  "dir/d.txt",
  "dir/deep/e.txt",
  "other/f.txt",
  "a b.txt",
  "ü.txt",
  'q"\\.txt',
];
const FOLDERS = ["dir", "other", "dir/deep", "moved"];

const name = fc.constantFrom(...NAMES).map(quote);
const folder = fc.constantFrom(...FOLDERS).map(quote);
const lines = fc.array(fc.constantFrom("one", "two", "three", "four", "ünf", "\\r"), { maxLength: 12 });
const content = fc.tuple(lines, fc.boolean()).map(([all, hasEnd]) => all.join("\\n") + (hasEnd ? "\\n" : ""));

export const operation = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(name, content)
      .map(([to, what]) => `mkdir -p "$(dirname ${to})" && printf '${what}' > ${to}`),
  },
  { weight: 2, arbitrary: fc.tuple(name, content).map(([to, what]) => `printf '${what}' >> ${to}`) },
  { weight: 2, arbitrary: name.map((path) => `sed -i s/one/ONE/ ${path}`) },
  { weight: 1, arbitrary: name.map((path) => `sed -i s/ONE/one/ ${path}`) },
  { weight: 2, arbitrary: name.map((path) => `rm -f ${path}`) },
  {
    weight: 3,
    arbitrary: fc.tuple(name, name).map(([from, to]) => `mkdir -p "$(dirname ${to})" && mv ${from} ${to}`),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(name, name).map(([from, to]) => `mv ${from} x && mv ${to} ${from} && mv x ${to}`),
  },
  { weight: 2, arbitrary: fc.tuple(folder, folder).map(([from, to]) => `mv ${from} ${to}`) },
  { weight: 1, arbitrary: folder.map((path) => `rm -rf ${path}`) },
  { weight: 1, arbitrary: fc.tuple(folder, folder).map(([from, to]) => `cp -r ${from} ${to}`) },
  { weight: 1, arbitrary: folder.map((path) => `mv ${path} aside && ln -s aside ${path}`) },
  { weight: 1, arbitrary: fc.tuple(name, name).map(([from, to]) => `ln -s ${from} ${to}`) },
  { weight: 1, arbitrary: name.map((path) => `chmod +x ${path}`) },
  { weight: 1, arbitrary: name.map((path) => `chmod 600 ${path}`) },
  { weight: 1, arbitrary: name.map((path) => `touch ${path}`) },
  { weight: 1, arbitrary: name.map((path) => `rm -rf ${path} && mkdir ${path} && echo x > ${path}/y`) },
  { weight: 1, arbitrary: fc.constant("printf '\\000\\001' > binary; mkfifo pipe") },
);

export const gitOperation = fc.constantFrom(
  "git add -A",
  "git commit -q -am more",
  "git add -A && git commit -q -m all",
  "git stash -q",
  "git stash -q -u",
  "git stash pop -q",
  "git checkout -q -- .",
  "git checkout -q -B other && git commit -q --allow-empty -m other",
  "git checkout -q main",
  "git reset -q --hard",
  "git rm -q --cached a.txt",
  "git mv dir/c.txt g.txt",
  "git gc -q",
);

/** Returns whether the command succeeded. */
export function play(target: TestFolder, command: string): boolean {
  try {
    target.run(command);
    return true;
  } catch {
    return false;
  }
}

function quote(path: string): string {
  return `'${path}'`;
}
