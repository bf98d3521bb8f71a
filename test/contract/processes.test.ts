import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { describe, expect, test } from "vitest";

import { delay } from "../../src/lib/time.ts";
import { reply, text, textBlock } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { NEVER, runTurn, say, shareClaude, textOf } from "./share-claude.ts";

const claude = shareClaude();

describe("a process", () => {
  test("that is killed in the turn ends it with an error", async () => {
    const { engine, model, chat } = claude();
    const session = await engine.startSession(chat(), [], NEVER);
    const gate = new Gate();
    model.respondWith(reply({ blocks: [textBlock("", { chunks: ["Hel", gate, "lo"] })] }));
    const turn = runTurn(session, "hello");
    await gate.reached;
    process.kill(session.processId ?? 0, "SIGKILL");
    expect((await turn).at(-1)).toMatchObject({ type: "turn-error", error: { kind: "engine-failed" } });
    expect(await session.exited).toEqual({ code: null, signal: "SIGKILL" });
    expect(session.canContinue).toBe(false);
  });

  test("that is killed while idle is known to be gone", async () => {
    const { engine, chat } = claude();
    const session = await engine.startSession(chat(), [], NEVER);
    await runTurn(session, "hello");
    process.kill(session.processId ?? 0, "SIGKILL");
    await session.exited;
    expect(session.canContinue).toBe(false);
    await session.close();
  });

  test("that is stopped and let go on has lost nothing", async () => {
    const { engine, model, chat } = claude();
    const session = await engine.startSession(chat(), [], NEVER);
    const gate = new Gate();
    const words = Array.from({ length: 500 }, (_, index) => `${index} `);
    model.respondWith(
      reply({ blocks: [textBlock("", { chunks: [...words.slice(0, 9), gate, ...words.slice(9)] })] }),
    );
    const turn = runTurn(session, "count");
    await gate.reached;
    process.kill(session.processId ?? 0, "SIGSTOP");
    gate.release();
    const request = await model.waitForRequest(1);
    // What the model still has to say is in the connection's buffers by then.
    await request.ended;
    process.kill(session.processId ?? 0, "SIGCONT");
    expect(textOf(await turn)).toBe(words.join(""));
    await session.close();
  });

  test.runIf(process.platform === "linux")(
    "has no text of a client on its command line or in its environment",
    async () => {
      const { engine, chat } = claude();
      const session = await engine.startSession(
        chat({ systemText: "a secret system text" }),
        [
          { role: "user", content: "a secret question" },
          { role: "assistant", content: [{ type: "text", text: "a secret answer" }] },
        ],
        NEVER,
      );
      await runTurn(session, "a secret prompt");
      const { processId } = session;
      const seen = await Promise.all(
        ["cmdline", "environ"].map((name) => readFile(`/proc/${processId}/${name}`, "utf8")),
      );
      expect(seen.join("\n")).toContain("stream-json");
      expect(seen.join("\n")).not.toContain("secret");
      await session.close();
    },
  );

  test("speaks of a conversation only to the model that it was given", async () => {
    const { engine, model, chat } = claude();
    const session = await engine.startSession(chat(), [], NEVER);
    model.respondWith(text("hello"));
    await runTurn(session, say("hello"));
    await session.close();
    expect(model.requests).toHaveLength(1);
  });
});

describe.runIf(process.platform !== "win32")("the guardian", () => {
  test("ends a process group when its owner has died without a word", async () => {
    const owner = spawn(process.execPath, [join(import.meta.dirname, "guardian-owner.ts")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const line = await once(createInterface(owner.stdout), "line");
    const { left, ended } = JSON.parse(String(line[0]));
    expect([isRunning(left), isRunning(ended)]).toEqual([true, false]);
    owner.kill("SIGKILL");
    await once(owner, "exit");
    await expect.poll(() => isRunning(left), { timeout: 10_000 }).toBe(false);
  });
});

/** A zombie does not run: without its parent nobody may have taken its exit code yet. */
async function isRunningNow(processId: number): Promise<boolean> {
  if (process.platform !== "linux") return isRunning(processId);
  const status = await readFile(`/proc/${processId}/status`, "utf8").catch(() => "State: Z");
  return !/^State:\s+Z/m.test(status);
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

void [delay, isRunningNow];
