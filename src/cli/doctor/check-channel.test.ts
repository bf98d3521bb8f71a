import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import type { Patient } from "./check.ts";
import { checkChannel } from "./check-channel.ts";

const said = (text: string) => `2026-08-29T09:00:00.000Z [DEBUG] MCP server "turnpike": ${text}\n`;

async function examine(logs: Readonly<Record<string, string | undefined>>) {
  const dataDir = await mkdtemp(join(tmpdir(), "turnpike-check-"));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  for (const [folder, log] of Object.entries(logs)) {
    await mkdir(join(dataDir, folder));
    if (log !== undefined) await writeFile(join(dataDir, folder, "claude-debug.log"), log);
  }
  // Proof for the cast: it looks at nothing else.
  const patient = { resolved: { config: { dataDir } }, context: { environment: {} } } as Patient;
  return checkChannel.run(patient, new AbortController().signal);
}

test("says nothing where no channel is set up", async () => {
  expect(await examine({ snapshots: undefined })).toEqual([]);
});

test("tells of each port whether Claude Code listens, and what to do", async () => {
  const found = await examine({
    "channel-4142": said("Channel notifications registered"),
    "channel-4143": said("Channel notifications skipped: channels feature is not currently available"),
    "channel-4144": undefined,
  });
  expect(found).toMatchObject([
    { status: "ok", message: expect.stringMatching(/open.*4142/) },
    {
      status: "warn",
      message: expect.stringMatching(/closed.*4143 \(channels feature is not currently available\)/),
      remedy: expect.stringContaining("inbox"),
    },
    {
      status: "warn",
      message: expect.stringMatching(/No log.*4144/),
      remedy: expect.stringContaining("install"),
    },
  ]);
});
