import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { text } from "../../src/demo/build-reply.ts";
import { API_KEY, makeFolder, startTurnpike } from "../integration/start-turnpike.ts";
import { describeProgram } from "./describe-program.ts";
import { runProgram } from "./run-program.ts";
import { startDeadEnd } from "./start-dead-end.ts";

/** How long a stream may be without data before it is given up; its own is 4 minutes. */
const IDLE_MS = 2000;

describeProgram("qwen", ({ command, args }) => {
  test.each(["openai", "openai-responses"])(
    "by %s a turn that is silent for longer than it waits for data comes to its end",
    { timeout: 120_000 },
    async (way) => {
      const turnpike = await startTurnpike({ flags: { "server.keepAlive": "500ms" } });
      const silence = { type: "pause", ms: 2 * IDLE_MS } as const;
      turnpike.upstream.respondWith([
        text("", { chunks: [silence, "Here ", silence, "at last."] }),
        text("Once more."),
      ]);
      const internet = await startDeadEnd();
      const [home, folder] = [await makeFolder(), await makeFolder()];
      await mkdir(join(home, ".qwen"));
      await writeFile(join(home, ".qwen", "settings.json"), JSON.stringify(SETTINGS));
      const end = await runProgram(command, [...args, "--auth-type", way, "--prompt", "Take your time."], {
        folder,
        environment: {
          HOME: home,
          OPENAI_API_KEY: API_KEY,
          OPENAI_BASE_URL: `${turnpike.url}/v1`,
          OPENAI_MODEL: "sonnet",
          QWEN_STREAM_IDLE_TIMEOUT_MS: String(IDLE_MS),
          ...internet.environment,
        },
      });
      expect(end, end.stderr).toMatchObject({ code: 0, signal: null });
      expect(end.stdout.trim()).toBe("Here at last.");
      // What it asks afterwards, for its memory, has the answer in it.
      const asked = turnpike.upstream.requests.filter(
        ({ body }) => !JSON.stringify(body).includes("at last"),
      );
      expect(asked).toHaveLength(1);
    },
  );
});

const SETTINGS = { general: { enableAutoUpdate: false }, privacy: { usageStatisticsEnabled: false } };
