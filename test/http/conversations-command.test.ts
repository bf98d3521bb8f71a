import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { runProgram } from "../../src/cli/turnpike.ts";
import type { AdminConversationListBody } from "../../src/protocols/admin/conversation-schemas.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { FakeContext } from "../cli/fake-context.ts";
import { BOB, conversation, newTurn, outcome, turnId } from "../conformance/store-fixtures.ts";
import { startKeyedServer } from "./keyed-server.ts";
import { openControlSocket } from "./operator-commands.ts";
import { say } from "./scripted-server.ts";

const FIRST = "conv_00000000000000000000000a";
const SECOND = "conv_00000000000000000000000b";

/** Runs `turnpike conversations …` with a data folder. */
function openCommands() {
  const dataDir = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-conversations-")));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const run = async (...args: readonly string[]) => {
    const fake = new FakeContext(dataDir);
    const code = await runProgram(["conversations", ...args, "--data-dir", dataDir], fake.context);
    return { code, out: fake.printed.join("\n"), errors: fake.errors.join("\n") };
  };
  return { dataDir, run };
}

/** Two conversations, one of them with a tool. */
async function fill(store: Store): Promise<void> {
  for (const [index, of] of [
    conversation(FIRST, { name: "trip", updatedAt: 1_000 }),
    conversation(SECOND, { principalId: BOB, profile: "chat", updatedAt: 9_000 }),
  ].entries()) {
    const id = `turn_00000000000000000000000${index}`;
    await store.beginTurn(of, newTurn(id, of));
    await store.finishTurn(
      turnId(id),
      outcome({
        stateHash: `s${index}`,
        transcript: [
          {
            role: "assistant",
            content: [{ type: "tool_use", id: "t", name: "Bash", input: { command: "ls" } }],
          },
          { role: "user", content: [{ type: "tool_result", tool_use_id: "t", content: "a.txt \u001b[2J" }] },
          { role: "assistant", content: "There is one file." },
        ],
      }),
    );
  }
}

async function openBeside(isServed: boolean) {
  const commands = openCommands();
  if (isServed) {
    const keyed = await startKeyedServer(say("ok"));
    await fill(keyed.store);
    await openControlSocket(keyed, commands.dataDir);
  } else {
    const store = await openStore({
      location: { type: "sqlite", file: join(commands.dataDir, "turnpike.db") },
      retention: { content: "keep" },
    });
    await fill(store);
    await store.close();
  }
  return commands;
}

test.each([
  ["beside a server", true],
  ["without one", false],
])("%s: conversations are listed, shown, evicted and deleted", async (_, isServed) => {
  const { run } = await openBeside(isServed);
  const list = await run();
  expect(list).toMatchObject({ code: 0, errors: "" });
  // The latest last: there the eye is.
  expect(list.out).toMatch(new RegExp(`${FIRST} +trip[^]*bob +${SECOND}`));
  const only = JSON.parse(
    (await run("list", "--profile", "chat", "--json")).out,
  ) as AdminConversationListBody;
  expect(only.data.map(({ id }) => id)).toEqual([SECOND]);

  const shown = await run("show", "trip");
  expect(shown).toMatchObject({ code: 0, errors: "" });
  expect(shown.out).toMatch(/question of[^]*\* Bash {"command":"ls"}[^]*a\.txt[^]*There is one file\./);
  expect(JSON.parse((await run("show", SECOND, "--json")).out)).toMatchObject({ principal: "bob" });

  expect(await run("evict", "trip")).toMatchObject({ code: 0 });
  expect(await run("delete", "trip")).toMatchObject({ code: 0, out: expect.stringContaining("is deleted") });
  for (const args of [
    ["show", "trip"],
    ["delete", FIRST],
  ]) {
    expect(await run(...args)).toMatchObject({ code: 1, errors: expect.stringContaining("no conversation") });
  }
  expect((await run("list", "--limit", "0")).code).toBe(1);
});
