import { delay } from "../../lib/time.ts";
import type { CommandContext } from "../command-context.ts";
import { askServer } from "./find-server.ts";
import type { ToldStatus } from "../../protocols/admin/told-status.ts";

const POLL_MS = 100;

/** How long Claude Code may take to start before the person hears that the server itself runs. */
const PATIENCE_MS = 60_000;

/** How long its process may run before it must answer. */
const SILENCE_MS = 30_000;

export interface AwaitedServer {
  readonly dataDir: string;
  /** Whether this is the server that is waited for, rather than the one before it. */
  readonly isIt: (status: ToldStatus) => boolean;
  /** How its process is. `ended`: it cannot come any more. */
  readonly stateOf: () => "to-come" | "alive" | "ended";
}

export type ServerStart =
  | { readonly type: "running"; readonly status: ToldStatus }
  | { readonly type: "ended" }
  /** Its process lives, but does not answer. */
  | { readonly type: "silent" };

/** Waits until a server that has been started answers and knows how Claude Code is. */
export async function waitForServer(
  { dataDir, isIt, stateOf }: AwaitedServer,
  {
    terminal,
    clock,
  }: Pick<CommandContext, "clock"> & { readonly terminal: Pick<CommandContext["terminal"], "showStatus"> },
): Promise<ServerStart> {
  let answersSince: number | undefined;
  let livesSince: number | undefined;
  terminal.showStatus("Waiting for the server to start …");
  for (;;) {
    const status = (await askServer(dataDir))?.status;
    if (status && isIt(status)) {
      answersSince ??= clock();
      if (status.state !== "starting" || clock() - answersSince > PATIENCE_MS)
        return { type: "running", status };
      terminal.showStatus("Waiting for Claude Code to start …");
    } else {
      const state = stateOf();
      if (state === "ended") return { type: "ended" };
      if (state === "alive") livesSince ??= clock();
      if (livesSince !== undefined && clock() - livesSince > SILENCE_MS) return { type: "silent" };
    }
    await delay(POLL_MS);
  }
}
