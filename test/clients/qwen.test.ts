import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { text } from "../../src/demo/build-reply.ts";
import { shareTurnpike } from "../integration/share-turnpike.ts";
import { API_KEY, makeFolder } from "../integration/start-turnpike.ts";
import { connectClient, type ConnectOptions } from "./connect-client.ts";
import { describeProgram } from "./describe-program.ts";
import { runProgram } from "./run-program.ts";
import { startDeadEnd } from "./start-dead-end.ts";

/** How long a stream may be without data before it is given up; its own is 4 minutes. */
const IDLE_MS = 2000;

interface Own {
  readonly flags: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** How a person sets it up. */
const WAYS = {
  async "what connect writes"(place: ConnectOptions): Promise<Own> {
    await connectClient("qwen", place);
    return { flags: [], environment: {} };
  },
  async "openai-responses and variables"({ url, apiKey, home }: ConnectOptions): Promise<Own> {
    await mkdir(join(home, ".qwen"));
    await writeFile(join(home, ".qwen", "settings.json"), JSON.stringify(SETTINGS));
    return {
      flags: ["--auth-type", "openai-responses"],
      environment: { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: "sonnet" },
    };
  },
} as const;
type Way = keyof typeof WAYS;
// Proof for the cast: these are its keys.
const NAMES = Object.keys(WAYS) as Way[];
const promptBy = (way: Way) => `Take your time by ${way}.`;

describeProgram("qwen", ({ command, args }) => {
  const shared = shareTurnpike({ flags: { "server.keepAlive": "500ms" } });
  const silence = { type: "pause", ms: 2 * IDLE_MS } as const;
  beforeAll(() =>
    shared().upstream.respondWith(({ body }) =>
      isAfterAnswer(body)
        ? text("Once more.")
        : text("", { chunks: [silence, "Here ", silence, "at last."] }),
    ),
  );

  describe.concurrent("at once, since they mostly wait", () => {
    test.for(NAMES)(
      "by %s: a turn that is silent for longer than it waits for data comes to its end",
      { timeout: 240_000 },
      async (way, { onTestFinished }) => {
        const { url, upstream } = shared();
        const internet = await startDeadEnd(onTestFinished);
        const [home, folder] = [await makeFolder(onTestFinished), await makeFolder(onTestFinished)];
        const own = await WAYS[way]({ url, apiKey: API_KEY, home });
        const end = await runProgram(command, [...args, ...own.flags, "--prompt", promptBy(way)], {
          folder,
          environment: {
            HOME: home,
            ...own.environment,
            QWEN_STREAM_IDLE_TIMEOUT_MS: String(IDLE_MS),
            ...internet.environment,
          },
          onEnd: onTestFinished,
        });
        expect(end, end.stderr).toMatchObject({ code: 0, signal: null });
        expect(end.stdout.trim()).toBe("Here at last.");
        const asked = upstream.requests.flatMap(({ body }) =>
          isAfterAnswer(body) ? [] : JSON.stringify(body.messages),
        );
        expect(asked.filter((each) => each.includes(promptBy(way)))).toHaveLength(1);
        expect(asked.filter((each) => !NAMES.some((one) => each.includes(promptBy(one))))).toEqual([]);
      },
    );
  });
});

/** What it asks afterwards, for its memory, has the answer in it. */
function isAfterAnswer(body: unknown): boolean {
  return JSON.stringify(body).includes("at last");
}

const SETTINGS = { general: { enableAutoUpdate: false }, privacy: { usageStatisticsEnabled: false } };
