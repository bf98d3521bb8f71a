import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { describe, expect, onTestFinished, test } from "vitest";

import { reply, text, textBlock } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { canFindProcesses, waitForProcesses } from "../integration/find-processes.ts";
import { DENYING_SUPERVISOR } from "../engine/turn-input.ts";
import { NEVER, runTurn, say, shareClaude, textOf } from "./share-claude.ts";
import { waitUntil } from "../wait-for.ts";

const claude = shareClaude();

describe("a process", () => {
  test("that is killed in the turn ends it with an error", async () => {
    const { start, model, chat } = claude();
    const session = await start(chat());
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
    const { start, chat } = claude();
    const session = await start(chat());
    await runTurn(session, "hello");
    process.kill(session.processId ?? 0, "SIGKILL");
    await session.exited;
    expect(session.canContinue).toBe(false);
    await session.close();
  });

  test("that is stopped and let go on has lost nothing", async () => {
    const { start, model, chat } = claude();
    const session = await start(chat());
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
    "whose reader pauses is stopped, and takes the next turn when the reader has gone on",
    async () => {
      const { start, model, chat } = claude();
      const session = await start(chat());
      const chunks = Array.from({ length: 400 }, (_, index) => `<${index}>${"filler ".repeat(300)}`);
      model.respondWith([reply({ blocks: [textBlock("", { chunks })] }), text("next")]);
      let answer = "";
      for await (const event of session.runTurn(say("at length"), DENYING_SUPERVISOR, NEVER)) {
        if (event.type !== "text-delta") continue;
        if (answer === "") await waitUntil(() => isStopped(session.processId));
        answer += event.text;
      }
      expect(answer).toBe(chunks.join(""));
      expect(session.canContinue).toBe(true);
      expect(textOf(await runTurn(session, "and now?"))).toBe("next");
      await session.close();
    },
  );

  test.runIf(process.platform === "linux")(
    "has no text of a client on its command line or in its environment",
    async () => {
      const { start, chat } = claude();
      const session = await start(chat({ systemText: "a secret system text" }), {
        history: [
          { role: "user", content: "a secret question" },
          { role: "assistant", content: [{ type: "text", text: "a secret answer" }] },
        ],
      });
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
});

describe.runIf(canFindProcesses)("the guardian", () => {
  test("ends the groups that are left when their owner has died without a word", async () => {
    const marker = randomUUID();
    const owner = spawn(process.execPath, [join(import.meta.dirname, "guardian-owner.ts"), marker], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void owner.kill("SIGKILL"));
    await once(createInterface(owner.stdout), "line");
    // The shell, its child, and the stubborn shell with its own; the one that had ended is gone.
    await waitForProcesses(marker, (found) => found.length === 4);
    owner.kill("SIGKILL");
    await waitForProcesses(marker, (left) => left.length === 0);
  });
});

/** State `T` in Linux's table of processes, behind the name in parentheses. */
function isStopped(processId: number | undefined): boolean {
  return / T /.test(readFileSync(`/proc/${processId}/stat`, "utf8").slice(0, 60));
}
