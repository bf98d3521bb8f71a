import { open, readdir } from "node:fs/promises";
import { join } from "node:path";

import { CHANNEL_NAMES } from "../../compose/channel-names.ts";
import { readChannelGate } from "../channel/channel-gate.ts";
import type { CommandContext } from "../command-context.ts";
import { ownProgram } from "../own-command.ts";
import { type Check, type Finding, ok, warn } from "./check.ts";

const HOW_TO_OPEN =
  "Channels depend on Claude Code's account and on its access to the internet: log in, do not switch its telemetry or its nonessential traffic off, and look into /status. Requests come through the session's inbox meanwhile.";
/** The end of a long log is enough: what is told last counts. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Whether Claude Code listens to the channels of the ports that have been set up. Reports nothing where there are none. */
export const checkChannel: Check = {
  name: "Channel",
  async run({ resolved, context }) {
    const { dataDir } = resolved.config;
    const names = await readdir(dataDir).catch((): string[] => []);
    const folders = names.filter((name) => /^channel-\d+$/.test(name)).map((name) => join(dataDir, name));
    const all = names.includes("channel-contract.md") ? [dataDir, ...folders] : folders;
    return Promise.all(all.map((folder) => examine(folder, context)));
  },
};

async function examine(folder: string, context: CommandContext): Promise<Finding> {
  const log = await readEnd(join(folder, "claude-debug.log"));
  const gate = readChannelGate(log, CHANNEL_NAMES.SERVER_NAME);
  const port = /channel-(\d+)$/.exec(folder)?.[1];
  const of = port === undefined ? "" : ` of port ${port}`;
  switch (gate.type) {
    case "open":
      return ok(`the gate is open: Claude Code listens to the channel${of}`);
    case "closed":
      return warn(
        `The gate is closed: Claude Code does not listen to the channel${of} (${gate.reason}).`,
        HOW_TO_OPEN,
      );
    case "untold":
      return warn(
        `No log tells whether Claude Code listens to the channel${of}.`,
        `Start Claude Code with the command that \`${ownProgram(context)} channel install\` prints: it writes the log that tells.`,
      );
  }
}

async function readEnd(path: string): Promise<string> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    const start = Math.max(0, size - MOST_BYTES);
    const bytes = Buffer.alloc(size - start);
    await file.read(bytes, 0, bytes.length, start);
    return bytes.toString("utf8");
  } catch {
    return "";
  }
}
