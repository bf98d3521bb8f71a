import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { ask } from "./ask.ts";
import { makeFolder, startTurnpike } from "./start-turnpike.ts";

const bash = (command: string) => toolUse("Bash", { command, description: "Look" });

const SECRET = "tp-nobody-reads-this-key";

/** Every way of Claude Code's own tools to read `api-key` and `transcripts/old.jsonl` in the data folder, which the workspace holds. */
const TRIES = (root: string) => {
  const key = join(root, "data", "api-key");
  return [
    toolUse("Read", { file_path: key }),
    toolUse("Read", { file_path: join(root, "data", ".", "..", "data", "api-key") }),
    toolUse("Read", { file_path: join(root, "link") }),
    toolUse("Read", { file_path: join(root, "folder-link", "api-key") }),
    toolUse("Read", { file_path: join(root, "data", "transcripts", "old.jsonl") }),
    toolUse("Grep", { pattern: "tp-nobody", path: root, output_mode: "content" }),
    toolUse("Grep", { pattern: "tp-nobody", path: key, output_mode: "content" }),
    toolUse("Grep", { pattern: "tp-nobody", path: join(root, "folder-link"), output_mode: "content" }),
    toolUse("Edit", { file_path: key, old_string: "tp-", new_string: "tp-" }),
    bash(`cat ${key}`),
    bash("cat data/api-key"),
    bash("cat < data/api-key"),
    bash("head -c 100 data/*key"),
    bash("cat link"),
    bash("grep -r tp-nobody ."),
    bash("grep -rh tp-nobody data"),
    bash("find data -name api-key -exec cat {} +"),
    bash("cd data && cat api-key"),
    bash("sort folder-link/api-key"),
    bash("git diff --no-index /dev/null data/api-key"),
    bash("diff /dev/null data/api-key"),
  ];
};

test.each(["plan", "dontAsk", "acceptEdits"])(
  "no tool reads the data folder unasked in mode %s, though the workspace holds it",
  async (permissionMode) => {
    const root = await makeFolder();
    await mkdir(join(root, "data", "transcripts"), { recursive: true });
    await writeFile(join(root, "data", "api-key"), SECRET);
    await writeFile(join(root, "data", "transcripts", "old.jsonl"), SECRET);
    await symlink(join("data", "api-key"), join(root, "link"));
    await symlink("data", join(root, "folder-link"));
    const turnpike = await startTurnpike({
      dataDir: join(root, "data"),
      flags: { workspace: root, "approvals.timeout": "1s" },
      configFile: { profiles: { agent: { permissionMode } } },
    });
    const tries = TRIES(root);
    turnpike.upstream.respondWith([...tries.map((call) => reply({ blocks: [call] })), text("Done.")]);
    expect((await ask(turnpike, "Look around.", { model: "agent" })).text).toContain("Done.");
    const last = turnpike.upstream.requests.at(-1);
    const results = (last?.body.messages ?? []).flatMap(({ content }) =>
      typeof content === "string" ? [] : content.filter(({ type }) => type === "tool_result"),
    );
    expect(results).toHaveLength(tries.length);
    const told = tries.filter((_, index) => JSON.stringify(results[index]?.["content"]).includes(SECRET));
    expect(told.map((call) => JSON.stringify(call))).toEqual([]);
  },
  120_000,
);

test("what is private stays so where a rule allows every call: the file of --config, the log file, other conversations' folders", async () => {
  const root = await makeFolder();
  await mkdir(join(root, "ws"));
  await writeFile(join(root, "ws", "mine.txt"), "control-inside");
  const turnpike = await startTurnpike({
    flags: { workspace: join(root, "ws"), "log.file": join(root, "server.log") },
    configFile: {
      profiles: { agent: { allowedTools: ["Read", "Bash"], isolation: "copy", instructions: SECRET } },
    },
  });
  await writeFile(join(root, "server.log"), SECRET);
  const others = join(turnpike.dataDir, "workspaces", "other");
  await mkdir(others, { recursive: true });
  await writeFile(join(others, "theirs.txt"), SECRET);
  const configFile = join(turnpike.folder, "turnpike.yaml");
  const files = [configFile, join(root, "server.log"), join(others, "theirs.txt")];
  const tries = [
    toolUse("Read", { file_path: "mine.txt" }),
    bash("cat mine.txt"),
    ...files.map((file) => toolUse("Read", { file_path: file })),
    ...files.map((file) => bash(`cat ${file}`)),
    ...files.map((file) => bash(`head -c 500 < ${file}`)),
    ...files.map((file) => bash(`cat ${file.slice(0, -3)}*`)),
  ];
  turnpike.upstream.respondWith([reply({ blocks: tries }), text("Done.")]);
  expect((await ask(turnpike, "Look around.", { model: "agent" })).text).toContain("Done.");
  const blocks = (turnpike.upstream.requests.at(-1)?.body.messages ?? []).flatMap(({ content }) =>
    typeof content === "string" ? [] : content.filter(({ type }) => type === "tool_result"),
  );
  const results = blocks.map(({ content }) => JSON.stringify(content));
  expect(results).toHaveLength(tries.length);
  expect(results.filter((result) => result.includes("control-inside"))).toHaveLength(2);
  expect(results.filter((result) => result.includes(SECRET))).toEqual([]);
}, 240_000);
