import { expect, test } from "vitest";

import { plain } from "../../../test/cli/fake-context.ts";
import { formatDiff } from "./format-diff.ts";
import type { PreparedFile } from "./prepare-files.ts";

const NEW = "tp-new-key-of-this-server-1234";
const OLD = "sk-somebody-elses-secret-5678";

function shown(format: PreparedFile["format"], before: string, after: string, isSecret = true): string {
  return plain(formatDiff({ path: "a", before, after, format, isSecret, state: "changed" }, NEW));
}

test.each<[PreparedFile["format"], string, string, readonly string[]]>([
  [
    "env",
    `OTHER='${OLD}'\nURL=https://x.y/?a=${OLD}\n# OLD=${OLD}\nPEM="\n${OLD}\n"\nNAME=\nexport A_KEY=${OLD}\n`,
    `OTHER='${OLD}'\nURL=https://x.y/?a=${OLD}\n# OLD=${OLD}\nPEM="\n${OLD}\n"\nNAME=\nexport A_KEY=${NEW}\n`,
    [" NAME=", "-export A_KEY=sk-***5678", "+export A_KEY=tp-***1234"],
  ],
  [
    "yaml",
    `model: a\ngithub_token: "${OLD}"\nset-env:\n  - X=${OLD}\nMyPassword: hunter2 # mine\napi-key: [a=${OLD}]\n`,
    `model: b\ngithub_token: "${OLD}"\nset-env:\n  - X=${OLD}\nopenai-api-key: ${NEW}\nMyPassword: hunter2 # mine\napi-key: [a=${OLD}]\n`,
    ["-model: a", "+model: b", ' github_token: "sk-***5678"', "+openai-api-key: tp-***1234"],
  ],
  [
    "jsonc",
    `{\n  "tokens": {\n    "secret": "${OLD}",\n    "env": { "a": 1, "X_KEY": "${OLD}" },\n    "url": "old"\n  }\n}\n`,
    `{\n  "tokens": {\n    "secret": "${OLD}",\n    "env": { "a": 1, "X_KEY": "${OLD}" },\n    "url": "new"\n  }\n}\n`,
    ['   "tokens": {', '     "secret": "sk-***5678",', '-    "url": "old"', '+    "url": "new"'],
  ],
  ["text", `${OLD}\n`, `${NEW}\n`, ["-sk-***5678", "+tp-***1234"]],
])("%s: shows no secret, whosever it is", (format, before, after, lines) => {
  const diff = shown(format, before, after);
  for (const secret of [NEW, OLD, "elses", "hunter2"]) expect(diff).not.toContain(secret);
  expect(diff.split("\n")).toEqual(expect.arrayContaining([...lines]));
});

test("what goes may be the key of another server, also where none is left", () => {
  const before = `{\n  "AUTH_TOKEN": "${OLD}",\n  "max_tokens": 5\n}\n`;
  const diff = shown("jsonc", before, '{\n  "max_tokens": 6\n}\n', false);
  expect(diff.split("\n").slice(1)).toEqual([
    " {",
    '-  "AUTH_TOKEN": "sk-***5678",',
    '-  "max_tokens": 5',
    '+  "max_tokens": 6',
    " }",
  ]);
});

test("in a file without secrets all else is shown as it is, but for the key", () => {
  const diff = shown("toml", `a = 1\nmax_tokens = 5\n`, `a = "${NEW}"\nmax_tokens = 5\n`, false);
  expect(diff.split("\n").slice(1)).toEqual(["-a = 1", '+a = "tp-***1234"', " max_tokens = 5"]);
});
